#include "core/Progress.hh"

#include <gtest/gtest.h>

namespace caloforge::core {
namespace {

TEST(Progress, DurationsReadWell) {
    EXPECT_EQ(readable_duration(0), "0 s");
    EXPECT_EQ(readable_duration(12.4), "12 s");
    EXPECT_EQ(readable_duration(12.6), "13 s");
    EXPECT_EQ(readable_duration(200), "3 min 20 s");
    EXPECT_EQ(readable_duration(3723), "1 h 02 min");
    EXPECT_EQ(readable_duration(100 * 3600), "100 h 00 min");
}

TEST(Progress, RoundingCarriesOver) {
    EXPECT_EQ(readable_duration(59.4), "59 s");
    EXPECT_EQ(readable_duration(59.6), "1 min 00 s");
    EXPECT_EQ(readable_duration(3599.6), "1 h 00 min");
}

TEST(Progress, AResumedRunCountsOnlyItsOwnWork) {
    Progress progress("train", 10, "steps", 5);
    EXPECT_EQ(progress.rate(), 0);
    progress.update(6);
    EXPECT_GT(progress.rate(), 0);
}

TEST(Progress, StdoutStaysFreeForResults) {
    testing::internal::CaptureStdout();
    {
        Progress progress("generate", 2, "showers");
        progress.update(1);
        progress.update(2, "done");
    }
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

}  // namespace
}  // namespace caloforge::core
