#include "validate/statistics/Resampling.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caloforge::validate {
namespace {

TEST(Resampling, DrawsAsManyAsAreFilledAndOnlyThose) {
    const std::vector<bool> filled = {true, false, true, true, false, true};
    const auto drawn = bootstrap_weights(filled, 0);
    ASSERT_EQ(drawn.size(), bootstrap_replicas);
    std::vector<double> sum(filled.size(), 0.0);
    for (const Weights& weights : drawn) {
        EXPECT_EQ(std::accumulate(weights.begin(), weights.end(), 0.0), 4);
        for (std::size_t i = 0; i < filled.size(); ++i) {
            EXPECT_TRUE(filled[i] || weights[i] == 0);
            sum[i] += weights[i];
        }
    }
    // Each of four is drawn once per replica on average; its spread over 200 replicas is 0.06.
    EXPECT_NEAR(sum[0] / bootstrap_replicas, 1, 0.25);
}

TEST(Resampling, TheTwoSidesAreDrawnIndependently) {
    const std::vector<bool> filled(32, true);
    EXPECT_NE(bootstrap_weights(filled, 0), bootstrap_weights(filled, 1));
    EXPECT_EQ(bootstrap_weights(filled, 0), bootstrap_weights(filled, 0));
}

TEST(Resampling, NothingToDrawFromOne) {
    EXPECT_TRUE(bootstrap_weights({true, false}, 0).empty());
}

TEST(Resampling, HalvesAreHalvesAndDiffer) {
    const std::vector<bool> filled(32, true);
    const auto halves = halvings(filled);
    ASSERT_EQ(halves.size(), floor_splits);
    for (const auto& half : halves) EXPECT_EQ(std::count(half.begin(), half.end(), true), 16);
    EXPECT_NE(halves[0], halves[1]);
}

TEST(Resampling, ErrorIsTheSpreadOfTheReplicas) {
    // Standard deviation 1 (n - 1), and 2 groups know half of the variance.
    EXPECT_NEAR(bootstrap_error({9, 10, 11}, 2), std::sqrt(2.0), 1e-12);
    EXPECT_NEAR(bootstrap_error({1e9 + 9, 1e9 + 10, 1e9 + 11}, 1000000), 1.0, 1e-6);
}

}  // namespace
}  // namespace caloforge::validate
