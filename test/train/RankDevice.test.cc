#include "train/RankDevice.hh"

#include <gtest/gtest.h>

#include "comm/ThreadRanks.hh"
#include "core/Error.hh"

namespace caloforge::train::test {
namespace {

TEST(RankDevice, RanksOfAHostTakeItsGpusInTurn) {
    EXPECT_EQ(device_of("cuda", {0, 4}, 4), "cuda:0");
    EXPECT_EQ(device_of("cuda", {3, 4}, 4), "cuda:3");
    EXPECT_EQ(device_of("cuda", {3, 4}, 2), "cuda:1");
    // One rank alone, as where the launcher shows each rank its own GPU on a host of its own.
    EXPECT_EQ(device_of("cuda", {0, 1}, 4), "cuda");
    EXPECT_EQ(device_of("cuda", {1, 2}, 1), "cuda:0");
}

TEST(RankDevice, WhatIsNamedStands) {
    EXPECT_EQ(device_of("cpu", {1, 2}, 8), "cpu");
    EXPECT_EQ(device_of("cuda:5", {1, 2}, 8), "cuda:5");
}

TEST(RankDevice, AnUnknownDeviceIsToldByAllRanksAsOne) {
    comm::test::ThreadRanks(2).run([](comm::Communicator& communicator) {
        EXPECT_EQ(rank_device("cpu", communicator), "cpu");
        EXPECT_THROW(rank_device("gpu", communicator), comm::AgreedError);
    });
}

}  // namespace
}  // namespace caloforge::train::test
