#include "comm/RankCommunicator.hh"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "comm/MemoryTransport.hh"

namespace caloforge::comm::test {
namespace {

using std::chrono::milliseconds;

/// Runs `work` on threads that take each other for ranks, with a patience of 0.3 s.
void on_ranks(Memory& memory, const std::function<void(RankCommunicator&)>& work) {
    std::vector<std::jthread> threads;
    for (int r = 0; r < memory.ranks; ++r) {
        threads.emplace_back([&, r] {
            MemoryTransport transport(memory, r);
            RankCommunicator communicator(transport);
            communicator.set_patience(0.3);
            work(communicator);
        });
    }
}
void on_ranks(int count, const std::function<void(RankCommunicator&)>& work) {
    Memory memory(count);
    on_ranks(memory, work);
}

double sum_of(Communicator& communicator) {
    std::vector<double> values{static_cast<double>(communicator.rank() + 1)};
    communicator.sum(values);
    return values[0];
}

TEST(RankCommunicator, SumsBroadcastsAndGathers) {
    on_ranks(3, [](RankCommunicator& communicator) {
        EXPECT_EQ(sum_of(communicator), 6);
        EXPECT_EQ(communicator.broadcast(communicator.first() ? "first" : "?"), "first");
        const std::string mine(communicator.rank(), 'x');
        EXPECT_EQ(communicator.gather(mine), (std::vector<std::string>{"", "x", "xx"}));
    });
}

TEST(RankCommunicator, WaitsLongerThanItsPatienceForARankThatSaysItIsBusy) {
    on_ranks(3, [](RankCommunicator& communicator) {
        // Longer than an answer is waited for, too.
        if (communicator.rank() == 2)
            communicator.busy([] { std::this_thread::sleep_for(milliseconds(6000)); });
        EXPECT_EQ(sum_of(communicator), 6);
    });
}

TEST(RankCommunicator, WorksWithoutASecondThread) {
    Memory memory(2);
    memory.any_thread = false;
    on_ranks(memory, [](RankCommunicator& communicator) {
        bool worked = false;
        communicator.busy([&] { worked = true; });
        EXPECT_TRUE(worked);
        EXPECT_EQ(sum_of(communicator), 3);
    });
}

TEST(RankCommunicator, WhatABusyRankThrowsIsThrown) {
    on_ranks(2, [](RankCommunicator& communicator) {
        EXPECT_THROW(communicator.busy([] { throw core::InputError("no file"); }), core::InputError);
    });
}

TEST(RankCommunicatorDeath, ASilentRankIsNamedThoughAnotherIsBusy) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto one_is_silent = [] {
        on_ranks(3, [](RankCommunicator& communicator) {
            const auto long_enough = [] { std::this_thread::sleep_for(std::chrono::seconds(30)); };
            if (communicator.rank() == 1) communicator.busy(long_enough);
            if (communicator.rank() == 2) long_enough();
            sum_of(communicator);
        });
    };
    EXPECT_EXIT(one_is_silent(), ::testing::ExitedWithCode(static_cast<int>(core::ExitCode::failed)),
                "rank 0 of 3 .*no sign of life from rank 2 of 3 [^,]*\\. Does it hang");
}

TEST(RankCommunicatorDeath, ANetworkThatBringsNothingIsToldFromALostRank) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto nothing_arrives = [] {
        Memory memory(2);
        on_ranks(memory, [&](RankCommunicator& communicator) {
            sum_of(communicator);
            memory.stuck = true;
            sum_of(communicator);
        });
    };
    EXPECT_EXIT(nothing_arrives(), ::testing::ExitedWithCode(static_cast<int>(core::ExitCode::failed)),
                "all ranks are there, but nothing arrives");
}

}  // namespace
}  // namespace caloforge::comm::test
