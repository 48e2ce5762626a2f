#include "train/MicroBatch.hh"

#include <gtest/gtest.h>

namespace caloforge::train::test {
namespace {

TEST(MicroBatch, SizeThatFitsDividesTheShareAndSufficesForNormalisation) {
    EXPECT_EQ(micro_batch_that_fits(64, 24), 16U);
    EXPECT_EQ(micro_batch_that_fits(64, 1000), 64U);
    EXPECT_EQ(micro_batch_that_fits(64, 1), 2U);  // 1 would be too few
    EXPECT_EQ(micro_batch_that_fits(9, 2), 3U);
    EXPECT_EQ(micro_batch_that_fits(7, 4), 7U);
    EXPECT_EQ(micro_batch_that_fits(1, 4), 1U);
}

TEST(MicroBatch, PartsHaveAllSamplesAndTheirShares) {
    const std::vector<std::uint64_t> samples{10, 11, 12, 13, 14, 15};
    const auto parts = micro_batches(samples, 2);
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(parts[1].samples, (std::vector<std::uint64_t>{12, 13}));
    EXPECT_DOUBLE_EQ(parts[0].share + parts[1].share + parts[2].share, 1);
    EXPECT_FALSE(parts[1].last);
    EXPECT_TRUE(parts[2].last);
    EXPECT_TRUE(torch::equal(parts[1].of(torch::arange(6)), torch::tensor({2, 3}, torch::kInt64)));
}

}  // namespace
}  // namespace caloforge::train::test
