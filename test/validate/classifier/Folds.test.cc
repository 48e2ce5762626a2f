#include "validate/classifier/Folds.hh"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/Error.hh"

namespace caloforge::validate {
namespace {

std::vector<std::size_t> counted(const FoldSplit& split, std::size_t showers) {
    std::vector<std::size_t> count(showers);
    for (const auto* part : {&split.training, &split.validation, &split.test}) {
        for (const std::size_t shower : *part) ++count.at(shower);
    }
    return count;
}

TEST(Folds, TestEveryShowerOnceOnANetworkThatNeverSawIt) {
    for (const std::size_t showers : {50U, 101U, 1000U}) {
        const Folds folds(showers, 4, 0.2, 1, 0);
        std::vector<std::size_t> tested(showers);
        for (std::size_t k = 0; k < folds.size(); ++k) {
            const FoldSplit split = folds.split(k);
            // Every shower in exactly one part: none of the test part is in another one.
            EXPECT_EQ(counted(split, showers), std::vector<std::size_t>(showers, 1));
            for (const std::size_t shower : split.test) ++tested[shower];
            EXPECT_NEAR(static_cast<double>(split.test.size()), static_cast<double>(showers) / 4, 1);
            EXPECT_NEAR(static_cast<double>(split.validation.size()), 0.15 * static_cast<double>(showers), 1);
        }
        EXPECT_EQ(tested, std::vector<std::size_t>(showers, 1));
    }
}

TEST(Folds, FollowSeedAndRepetition) {
    const auto test_part = [](std::uint64_t seed, std::uint64_t repetition) {
        return Folds(100, 4, 0.2, seed, repetition).split(0).test;
    };
    EXPECT_EQ(test_part(1, 0), test_part(1, 0));
    EXPECT_NE(test_part(1, 0), test_part(2, 0));
    EXPECT_NE(test_part(1, 0), test_part(1, 1));
}

TEST(Folds, RefuseTooFewShowers) {
    EXPECT_THROW(Folds(11, 4, 0.2, 1, 0), core::InputError);
    EXPECT_THROW(Folds(100, 1, 0.2, 1, 0), core::InputError);
}

TEST(Folds, ShuffleEveryNumberOnce) {
    auto order = shuffled(257, 1, 0, 5);
    EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
}

}  // namespace
}  // namespace caloforge::validate
