#include "validate/statistics/RocCurve.hh"

#include <gtest/gtest.h>

namespace caloforge::validate {
namespace {

TEST(RocCurve, IsDiagonalForTiedScores) {
    RocMean mean;
    mean.add(std::vector<float>{1, 1}, std::vector<float>{1, 1, 1}, 1);
    const RocCurve curve = mean.curve();
    ASSERT_EQ(curve.reference.size(), roc_points);
    EXPECT_EQ(curve.reference.front(), 0);
    EXPECT_EQ(curve.reference.back(), 1);
    for (std::size_t i = 0; i < roc_points; ++i) EXPECT_NEAR(curve.candidate[i], curve.reference[i], 1e-12);
}

TEST(RocCurve, WeighsItsParts) {
    RocMean mean;
    mean.add(std::vector<float>{0, 0}, std::vector<float>{1, 1}, 3);  // separate
    mean.add(std::vector<float>{1, 1}, std::vector<float>{0, 0}, 1);  // the wrong way round
    const RocCurve curve = mean.curve();
    EXPECT_DOUBLE_EQ(curve.candidate.front(), 0.75);
    EXPECT_DOUBLE_EQ(curve.candidate[roc_points / 2], 0.75);
    EXPECT_DOUBLE_EQ(curve.candidate.back(), 1);
    EXPECT_EQ(curve.json()["candidate"][0], 0.75);
}

TEST(RocCurve, FollowsTheThreshold) {
    // From the largest score: candidate, reference, candidate, reference: (0, 1/2), (1/2, 1/2), (1/2, 1), (1,
    // 1).
    RocMean mean;
    mean.add(std::vector<float>{1, 3}, std::vector<float>{2, 4}, 1);
    const RocCurve curve = mean.curve();
    for (std::size_t i = 0; i < roc_points; ++i)
        EXPECT_DOUBLE_EQ(curve.candidate[i], curve.reference[i] < 0.5 ? 0.5 : 1.0) << i;
}

}  // namespace
}  // namespace caloforge::validate
