#include "train/LearningRate.hh"

#include <gtest/gtest.h>

namespace caloforge::train::test {
namespace {

TEST(LearningRate, GrowsWithTheBatchAfterAWarmUp) {
    LearningRate rate;
    std::size_t batch = 128;
    EXPECT_DOUBLE_EQ(rate.at(0, batch), 1e-3);
    batch = 512;
    rate.rate_batch = 128;
    rate.warm_up = 10;
    EXPECT_DOUBLE_EQ(rate.at(0, batch), 1e-3 * (1 + 3 * 0.1));
    EXPECT_DOUBLE_EQ(rate.at(9, batch), 4e-3);
    EXPECT_DOUBLE_EQ(rate.at(1000, batch), 4e-3);
    rate.rate_batch = 0;
    EXPECT_DOUBLE_EQ(rate.at(4, batch), 0.5e-3);
}

}  // namespace
}  // namespace caloforge::train::test
