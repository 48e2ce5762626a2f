#include "validate/calochallenge/SplitClassifier.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/Random.hh"

namespace caloforge::validate::calochallenge {
namespace {

/// Needs no training: the first feature is the score.
class FirstFeature : public Judge {
  public:
    std::string name() const override { return "first feature"; }
    std::size_t max_epochs(const ClassifierConfig&) const override { return 1; }
    FoldScores train(const FoldData& data, const FoldSplit& split, const ClassifierConfig&, std::uint64_t,
                     const OnEpoch& on_epoch) const override {
        FoldScores out;
        for (const std::size_t i : split.validation)
            out.validation.push_back(data.reference.row(data.reference_rows[i])[0]);
        for (const std::size_t i : split.validation)
            out.validation.push_back(data.candidate.row(data.candidate_rows[i])[0]);
        out.validation_labels.assign(split.validation.size(), 0);
        out.validation_labels.resize(2 * split.validation.size(), 1);
        for (const std::size_t i : split.test)
            out.reference.push_back(data.reference.row(data.reference_rows[i])[0]);
        for (const std::size_t i : split.test)
            out.candidate.push_back(data.candidate.row(data.candidate_rows[i])[0]);
        out.epochs = out.best_epoch = 1;
        seen = split;
        if (on_epoch) on_epoch(1, 0.5);
        return out;
    }
    mutable FoldSplit seen;
};

class Diverging : public FirstFeature {
  public:
    FoldScores train(const FoldData&, const FoldSplit&, const ClassifierConfig&, std::uint64_t,
                     const OnEpoch&) const override {
        throw DivergedError("it diverged.");
    }
};

FeatureMatrix column(std::size_t rows, std::uint64_t seed, float shift) {
    FeatureMatrix out;
    out.columns = 1;
    out.values.resize(rows);
    core::RandomStream(seed, 0, 3).normal(out.values);
    for (float& value : out.values) value += shift;
    return out;
}

const DataSet& set() {
    return find_data_set(6480, "it");
}

ClassifierConfig all_samples() {
    ClassifierConfig config = published_classifier();
    config.max_samples = SIZE_MAX;
    return config;
}

TEST(SplitClassifier, SplitsAsTheChallengeDoes) {
    EXPECT_EQ(split_of(set(), 100000), (std::array<std::size_t, 3>{60000, 20000, 20000}));
    EXPECT_EQ(split_of(find_data_set(533, "it"), 120800), (std::array<std::size_t, 3>{80000, 20000, 20800}));
    EXPECT_EQ(split_of(set(), 100001), (std::array<std::size_t, 3>{60000, 20000, 20001}));
    EXPECT_EQ(split_of(set(), 1003), (std::array<std::size_t, 3>{601, 200, 202}));
}

TEST(SplitClassifier, TestsWhatWasNotLearnedFrom) {
    const FirstFeature judge;
    const auto result =
        classify_split(column(500, 1, 0), column(400, 2, 0), set(), all_samples(), judge, 0, {});
    EXPECT_EQ(result.split, (std::array<std::size_t, 3>{240, 80, 80}));
    std::set<std::size_t> all;
    for (const auto* part : {&judge.seen.training, &judge.seen.validation, &judge.seen.test})
        all.insert(part->begin(), part->end());
    EXPECT_EQ(all.size(), 400U);
}

// Two normal distributions of width 1 a distance 1 apart.
TEST(SplitClassifier, FindsAreaAndDivergenceOfShiftedNormals) {
    const auto result =
        classify_split(column(40000, 1, 0), column(40000, 2, 1), set(), all_samples(), FirstFeature(), 0, {});
    const double area = 0.5 * std::erfc(-0.5);
    EXPECT_NEAR(result.uncalibrated_auc.value(), area, 4 * result.auc_error.value());
    EXPECT_NEAR(result.auc.value(), area, 0.01);
    EXPECT_NEAR(result.jsd.value(), 0.160, 0.02);  // numerical integration
}

TEST(SplitClassifier, SaysWhyThereIsNothing) {
    const auto few =
        classify_split(column(49, 1, 0), column(400, 2, 0), set(), all_samples(), FirstFeature(), 0, {});
    EXPECT_FALSE(few.auc);
    EXPECT_NE(few.reason.find("49"), std::string::npos);
    const auto lost =
        classify_split(column(60, 1, 0), column(60, 2, 0), set(), all_samples(), Diverging(), 0, {});
    EXPECT_FALSE(lost.auc);
    EXPECT_EQ(lost.reason, "it diverged.");
}

}  // namespace
}  // namespace caloforge::validate::calochallenge
