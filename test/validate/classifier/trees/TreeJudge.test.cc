#include "validate/classifier/trees/TreeJudge.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/Random.hh"
#include "validate/classifier/Classifier.hh"
#include "validate/classifier/Gaussians.hh"

namespace caloforge::validate {
namespace {

using test::gaussians;

ClassifierConfig quick() {
    ClassifierConfig config;
    config.seeds = 1;
    config.curve = {};
    return config;
}

ClassifierResult judge(const FeatureMatrix& reference, const FeatureMatrix& candidate,
                       const ClassifierConfig& config = quick()) {
    return classify(reference, candidate, config, TreeJudge());
}

TEST(TreeJudge, CannotTellEqualSetsApart) {
    int told = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const auto result = judge(gaussians(600, 2 * seed), gaussians(600, 2 * seed + 1));
        ASSERT_TRUE(result.auc && result.uncertainty);
        EXPECT_NEAR(*result.auc, 0.5, 4 * *result.uncertainty);
        if (std::abs(*result.auc - 0.5) > 2 * *result.uncertainty) ++told;
    }
    EXPECT_LE(told, 3);  // one in twenty by chance
}

// The best score is the projection on the line between the means; its area is the normal distribution
// function at distance / sqrt 2. Trees of finitely many samples come near.
TEST(TreeJudge, FindsMostOfTheAreaOfShiftedGaussians) {
    constexpr double shift = 0.5;
    const double best = 0.5 * std::erfc(-shift * std::sqrt(3.0) / 2);
    const auto result = judge(gaussians(4000, 1), gaussians(4000, 2, 6, 3, shift));
    ASSERT_TRUE(result.auc && result.jsd);
    EXPECT_GT(*result.auc, best - 0.02);
    EXPECT_LT(*result.auc, best + 3 * *result.uncertainty);
    EXPECT_EQ(result.judge, "trees");
}

// Two features that are independent in one set and have one sign in the other: every feature alone is the
// same.
TEST(TreeJudge, SeesHowFeaturesGoTogether) {
    FeatureMatrix reference = gaussians(2000, 1, 2), candidate = gaussians(2000, 2, 2);
    for (std::size_t i = 0; i < candidate.rows(); ++i)
        candidate.row(i)[1] = std::copysign(candidate.row(i)[1], candidate.row(i)[0]);
    const auto result = judge(reference, candidate);
    EXPECT_GT(*result.auc, 0.7);  // 3/4 is all that can be told
    EXPECT_LT(*result.auc, 0.78);
}

TEST(TreeJudge, TakesWhatIsNotFinite) {
    FeatureMatrix reference = gaussians(300, 1), candidate = gaussians(300, 2);
    for (std::size_t i = 0; i < 300; i += 2) {
        reference.row(i)[0] = std::numeric_limits<float>::infinity();
        candidate.row(i)[0] = std::nanf("");
    }
    const auto result = judge(reference, candidate);
    EXPECT_NEAR(*result.auc, 0.5, 4 * *result.uncertainty);
}

TEST(TreeJudge, IsTheSameEveryTime) {
    const auto reference = gaussians(400, 1), candidate = gaussians(400, 2, 6, 2, 0.3F);
    const auto first = judge(reference, candidate);
    ClassifierConfig config = quick();
    config.threads = 2;
    EXPECT_EQ(first.auc, judge(reference, candidate, config).auc);
    config.seed = 2;
    EXPECT_NE(first.auc, judge(reference, candidate, config).auc);
}

TEST(TreeJudge, WhatTheReportThrowsEndsTheWork) {
    struct Stop {};
    const auto stop = [](const ClassifierProgress& now) {
        EXPECT_EQ(now.max_epochs, TreeJudge().max_epochs({}));
        if (now.epoch == 3) throw Stop();
    };
    EXPECT_THROW(classify(gaussians(60, 1), gaussians(60, 2), quick(), TreeJudge(), stop), Stop);
}

}  // namespace
}  // namespace caloforge::validate
