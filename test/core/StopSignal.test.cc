#include "core/StopSignal.hh"

#include <gtest/gtest.h>

#include <csignal>

namespace caloforge::core {
namespace {

struct StopSignal : testing::Test {
    ~StopSignal() override { request_stop(false); }
};

TEST_F(StopSignal, IsSetAndClearedByHand) {
    EXPECT_FALSE(stop_requested());
    request_stop();
    EXPECT_TRUE(stop_requested());
    request_stop(false);
    EXPECT_FALSE(stop_requested());
}

/// In a process of its own, because handlers outlive a test.
TEST_F(StopSignal, FirstSignalAsksSecondEnds) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    for (const int number : {SIGINT, SIGTERM, SIGUSR1}) {
        EXPECT_EXIT(
            {
                watch_stop_signals();
                std::raise(number);
                std::_Exit(stop_requested() ? 17 : 1);
            },
            testing::ExitedWithCode(17), "");
        EXPECT_EXIT(
            {
                watch_stop_signals();
                std::raise(number);
                std::raise(number);
                std::_Exit(1);
            },
            testing::KilledBySignal(number), "");
    }
}

}  // namespace
}  // namespace caloforge::core
