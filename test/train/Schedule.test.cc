#include "train/Schedule.hh"

#include <gtest/gtest.h>

#include "core/Error.hh"

namespace caloforge::train::test {
namespace {

TEST(Schedule, RisesEvenlyToItsEnd) {
    const Schedule schedule(8);
    EXPECT_EQ(schedule.end(), 8U);
    EXPECT_EQ(schedule.done(0), 0);
    EXPECT_EQ(schedule.done(2), 0.25);
    EXPECT_EQ(schedule.done(8), 1);
    EXPECT_EQ(schedule.done(9), 1);
}

TEST(Schedule, NothingIsDoneWhereTheEndIsNotKnown) {
    Schedule schedule;
    EXPECT_EQ(schedule.done(100), 0);
    schedule.move_end(20, 60);
    EXPECT_EQ(schedule.done(20), 0);
    EXPECT_EQ(schedule.done(40), 0.5);
}

TEST(Schedule, WhatIsDoneStaysWhenTheEndMoves) {
    Schedule schedule(100);
    schedule.move_end(50, 250);
    EXPECT_EQ(schedule.done(50), 0.5);
    EXPECT_EQ(schedule.done(150), 0.75);
    EXPECT_EQ(schedule.done(250), 1);
    schedule.move_end(150, 150);  // a step is left, always
    EXPECT_EQ(schedule.end(), 151U);
    EXPECT_EQ(schedule.done(150), 0.75);
    EXPECT_EQ(schedule.done(151), 1);
}

TEST(Schedule, SurvivesACheckpoint) {
    Schedule schedule;
    schedule.move_end(20, 61);
    schedule.move_end(30, 77);
    const Schedule again = Schedule::from_json(core::Json::parse(schedule.json().dump()));
    for (std::uint64_t step = 0; step < 80; ++step) EXPECT_EQ(again.done(step), schedule.done(step));
    EXPECT_EQ(again.end(), 77U);
    EXPECT_THROW(Schedule::from_json({{"end", 3}}), core::InputError);
}

}  // namespace
}  // namespace caloforge::train::test
