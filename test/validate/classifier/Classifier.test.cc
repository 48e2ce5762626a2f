#include "validate/classifier/Classifier.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "Gaussians.hh"
#include "core/Error.hh"
#include "validate/classifier/network/NetworkJudge.hh"

namespace caloforge::validate {
namespace {

ClassifierResult classify(const FeatureMatrix& reference, const FeatureMatrix& candidate,
                          const ClassifierConfig& config, const ReportProgress& report = {}) {
    return validate::classify(reference, candidate, config, NetworkJudge(), report);
}

using test::gaussians;
using test::small_classifier;

TEST(Classifier, CannotTellEqualSetsApart) {
    ClassifierConfig config = small_classifier();
    config.seeds = 2;
    const auto result = classify(gaussians(1000, 1), gaussians(1000, 2), config);
    ASSERT_TRUE(result.auc && result.uncertainty && result.jsd);
    EXPECT_NEAR(*result.auc, 0.5, 3 * *result.uncertainty);
    EXPECT_GT(*result.uncertainty, 0.005);
    EXPECT_LT(*result.uncertainty, 0.03);
    EXPECT_LT(*result.jsd, 0.02);
    EXPECT_TRUE(result.reason.empty());
}

// Two normal distributions a distance d apart: the best score is the projection on the line between them,
// and its area is the normal distribution function at d / sqrt 2.
TEST(Classifier, FindsTheAreaOfShiftedGaussians) {
    constexpr double shift = 0.5;
    const double distance = shift * std::sqrt(3.0);
    const double best = 0.5 * std::erfc(-distance / 2);
    const auto result = classify(gaussians(2000, 1), gaussians(2000, 2, 6, 3, shift), small_classifier());
    ASSERT_TRUE(result.auc && result.jsd);
    EXPECT_NEAR(*result.auc, best, 3 * *result.uncertainty);
    EXPECT_GT(*result.jsd, 0.05);
    EXPECT_LT(*result.jsd, 0.2);  // numerical integration gives 0.124 bits
}

TEST(Classifier, RepeatsLessWhereThereIsMuchToLearnFrom) {
    ClassifierConfig config;
    EXPECT_EQ(config.seeds_for(4000), 3U);
    EXPECT_EQ(config.seeds_for(4001), 2U);
    EXPECT_EQ(config.patience_for(10), 8U);
    EXPECT_EQ(config.patience_for(94), 4U);
    EXPECT_EQ(config.patience_for(1000), 3U);
    config.seeds = config.patience = 1;
    EXPECT_EQ(config.seeds_for(9000), 1U);
    EXPECT_EQ(config.patience_for(10), 1U);
    // 12 trainings would be of three repetitions.
    config = small_classifier();
    config.seeds = 3;
    config.many_samples = 100;
    config.curve.clear();
    EXPECT_EQ(classify(gaussians(120, 1), gaussians(120, 2), config).trainings, 2 * config.folds);
}

TEST(Classifier, TellsSeparateSetsApart) {
    const auto result = classify(gaussians(200, 1), gaussians(200, 2, 6, 3, 20), small_classifier());
    ASSERT_TRUE(result.auc && result.jsd);
    EXPECT_DOUBLE_EQ(*result.auc, 1.0);
    EXPECT_GT(*result.jsd, 0.9);
    EXPECT_DOUBLE_EQ(result.roc.candidate.front(), 1.0);
}

TEST(Classifier, IsAFunctionOfItsSeed) {
    const auto reference = gaussians(200, 1);
    const auto candidate = gaussians(200, 2, 6, 1, 0.5);
    ClassifierConfig config = small_classifier();
    const auto first = classify(reference, candidate, config);
    const auto again = classify(reference, candidate, config);
    config.seed = 2;
    const auto other = classify(reference, candidate, config);
    EXPECT_EQ(*first.auc, *again.auc);
    EXPECT_EQ(*first.jsd, *again.jsd);
    EXPECT_EQ(first.roc.candidate, again.roc.candidate);
    EXPECT_NE(*first.auc, *other.auc);
}

TEST(Classifier, TakesEquallyManyShowersOfBothSets) {
    ClassifierConfig config = small_classifier();
    config.curve = {0.25, 0.5};
    EXPECT_EQ(classify(gaussians(300, 1), gaussians(240, 2), config).samples, 240U);
    config.max_samples = 200;
    const auto result = classify(gaussians(300, 1), gaussians(240, 2), config);
    EXPECT_EQ(result.samples, 200U);
    ASSERT_EQ(result.learning_curve.size(), 3U);
    EXPECT_EQ(result.learning_curve[0].samples, 50U);
    EXPECT_EQ(result.learning_curve[1].samples, 100U);
    EXPECT_EQ(result.learning_curve[2].samples, 200U);
    EXPECT_EQ(result.learning_curve[2].auc, *result.auc);
    EXPECT_EQ(result.trainings, 12U);
}

// A copy of the reference: a network that learned a shower by heart would take its twin for the other set,
// and the area would come out far below one half.
TEST(Classifier, IsNotFooledByTwins) {
    const auto reference = gaussians(400, 1, 40);
    ClassifierConfig config = small_classifier();
    config.max_epochs = 40;
    config.patience = 40;
    const auto result = classify(reference, reference, config);
    EXPECT_NEAR(*result.auc, 0.5, 3 * *result.uncertainty);
}

TEST(Classifier, SaysHowManyShowersItNeeds) {
    ClassifierConfig config = small_classifier();
    config.word = "showers";
    const auto result = classify(gaussians(500, 1), gaussians(49, 2), config);
    EXPECT_FALSE(result.auc || result.uncertainty || result.jsd);
    EXPECT_EQ(result.reason, "500 reference and 49 candidate showers; a classifier needs 50 of each");
    EXPECT_TRUE(result.json()["auc"].is_null());
    EXPECT_TRUE(classify(gaussians(50, 1), gaussians(50, 2), small_classifier()).auc.has_value());
    FeatureMatrix none;
    none.columns = 6;
    EXPECT_FALSE(classify(none, none, small_classifier()).auc.has_value());
}

TEST(Classifier, TakesMissingFeaturesForAverageOnes) {
    auto reference = gaussians(600, 1);
    auto candidate = gaussians(600, 2, 6, 1, 1.5F);
    const double whole = *classify(reference, candidate, small_classifier()).auc;
    for (std::size_t i = 0; i < 600; i += 2) {
        reference.row(i)[0] = std::numeric_limits<float>::quiet_NaN();
        candidate.row(i)[0] = std::numeric_limits<float>::infinity();
    }
    const auto result = classify(reference, candidate, small_classifier());
    ASSERT_TRUE(result.auc);
    EXPECT_GT(*result.auc, 0.6);
    EXPECT_LT(*result.auc, whole - 0.05);
    for (auto* set : {&reference, &candidate}) {
        for (std::size_t i = 0; i < 600; ++i) set->row(i)[0] = std::numeric_limits<float>::quiet_NaN();
    }
    const auto without = classify(reference, candidate, small_classifier());
    EXPECT_NEAR(*without.auc, 0.5, 3 * *without.uncertainty);
}

TEST(Classifier, ReportsEveryEpoch) {
    std::size_t calls = 0;
    ClassifierProgress last;
    const auto result =
        classify(gaussians(60, 1), gaussians(60, 2), small_classifier(), [&](const auto& now) {
            ++calls;
            last = now;
        });
    EXPECT_EQ(last.training, result.trainings);
    EXPECT_EQ(last.trainings, 4U);
    EXPECT_EQ(static_cast<double>(calls), result.epochs * 4);
    EXPECT_GT(last.validation_loss, 0);
    EXPECT_THROW(classify(gaussians(60, 1), gaussians(60, 2), small_classifier(),
                          [](const auto&) { throw core::RunError("stopped"); }),
                 core::RunError);
}

TEST(Classifier, RefusesDifferentFeaturesAndBadConfigurations) {
    EXPECT_THROW(classify(gaussians(60, 1, 5), gaussians(60, 2, 6), small_classifier()), core::InputError);
    ClassifierConfig config = small_classifier();
    config.folds = 1;
    EXPECT_THROW(classify(gaussians(60, 1), gaussians(60, 2), config), core::InputError);
}

}  // namespace
}  // namespace caloforge::validate
