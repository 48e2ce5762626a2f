#include "comm/Together.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "comm/ThreadRanks.hh"

namespace caloforge::comm::test {
namespace {

using ::testing::HasSubstr;

TEST(Together, AllRanksThrowWhatOneOfThemMet) {
    ThreadRanks ranks(3);
    std::atomic<int> told = 0;
    ranks.run([&](Communicator& communicator) {
        try {
            together(communicator, [&] {
                if (communicator.rank() == 1) throw core::InputError("the file is gone");
            });
            ADD_FAILURE() << "rank " << communicator.rank() << " went on";
        } catch (const AgreedError& error) {
            EXPECT_EQ(error.code(), core::ExitCode::bad_input);
            EXPECT_STREQ(error.what(), "rank 1: the file is gone");
            ++told;
        }
    });
    EXPECT_EQ(told, 3);
}

TEST(Together, WhatAllMeetIsSaidOnce) {
    ThreadRanks(2).run([&](Communicator& communicator) {
        try {
            together(communicator, [] { throw core::InputError("bad batch"); });
            ADD_FAILURE();
        } catch (const AgreedError& error) {
            EXPECT_STREQ(error.what(), "bad batch");
        }
    });
}

TEST(Together, TheFirstRanksTextReachesAll) {
    ThreadRanks(3).run([](Communicator& communicator) {
        EXPECT_EQ(on_first(communicator,
                           [&] { return std::string("from ") + std::to_string(communicator.rank()); }),
                  "from 0");
    });
}

TEST(Together, RanksThatDifferAreNamed) {
    ThreadRanks(3).run([](Communicator& communicator) {
        EXPECT_NO_THROW(check_equal(communicator, "the seed", "5"));
        try {
            check_equal(communicator, "the seed", communicator.rank() == 2 ? "6" : "5");
            ADD_FAILURE();
        } catch (const AgreedError& error) {
            EXPECT_EQ(error.code(), core::ExitCode::bad_input);
            EXPECT_THAT(error.what(), HasSubstr("rank 2 has another idea of the seed"));
        }
    });
}

TEST(Together, OneRankKeepsItsOwnErrors) {
    EXPECT_THROW(together(alone(), [] { throw core::InputError("x"); }), core::InputError);
    EXPECT_EQ(on_first(alone(), [] { return std::string("y"); }), "y");
}

}  // namespace
}  // namespace caloforge::comm::test
