#include "train/BestSoFar.hh"

#include <gtest/gtest.h>

#include <cmath>

#include "core/Error.hh"

namespace caloforge::train::test {
namespace {

TEST(BestSoFar, KnowsTheLowestLoss) {
    BestSoFar best;
    EXPECT_FALSE(best.any());
    EXPECT_TRUE(best.add(10, 5));
    EXPECT_TRUE(best.add(20, 4));
    EXPECT_FALSE(best.add(30, 4));
    EXPECT_FALSE(best.add(40, std::nan("")));
    EXPECT_EQ(best.step(), 20U);
    EXPECT_EQ(best.loss(), 4);
}

TEST(BestSoFar, AnythingIsBetterThanNotANumber) {
    BestSoFar best;
    EXPECT_TRUE(best.add(10, std::nan("")));
    EXPECT_TRUE(best.add(20, 1e9));
    EXPECT_EQ(best.step(), 20U);
}

TEST(BestSoFar, GivesUpBehindAQuarterOfTheTrainingWithoutGain) {
    BestSoFar best;
    best.add(100, 4);
    for (std::uint64_t step = 110; step < 150; step += 10) {
        EXPECT_FALSE(best.given_up(step, 200));
        best.add(step, 5);
    }
    EXPECT_FALSE(best.given_up(140, 200));
    best.add(150, 5);
    EXPECT_TRUE(best.given_up(150, 200));
    EXPECT_FALSE(best.given_up(150, 0)) << "nobody knows where the end is";
    EXPECT_FALSE(best.given_up(150, 400));
    best.add(160, 3);
    EXPECT_FALSE(best.given_up(160, 200));
}

TEST(BestSoFar, FewLooksAreNoReason) {
    BestSoFar best;
    best.add(100, 4);
    best.add(200, 5);
    EXPECT_FALSE(best.given_up(200, 200));
}

TEST(BestSoFar, SurvivesACheckpoint) {
    BestSoFar best;
    best.add(100, 4.25);
    for (std::uint64_t step = 200; step < 600; step += 100) best.add(step, 5);
    const BestSoFar again = BestSoFar::from_json(core::Json::parse(best.json().dump()));
    EXPECT_EQ(again.step(), 100U);
    EXPECT_EQ(again.loss(), 4.25);
    EXPECT_TRUE(again.given_up(500, 1000));
    EXPECT_THROW(BestSoFar::from_json({{"step", 3}}), core::InputError);
}

}  // namespace
}  // namespace caloforge::train::test
