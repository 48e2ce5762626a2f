#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/TemporaryFolder.hh"
#include "validate/classifier/Classifier.hh"
#include "validate/classifier/ObservableFeatures.hh"
#include "validate/classifier/network/NetworkJudge.hh"
#include "validate/shower/CellFeatures.hh"
#include "validate/shower/ToyShowers.hh"

namespace caloforge::validate {
namespace {

ClassifierResult classify(const FeatureMatrix& reference, const FeatureMatrix& candidate,
                          const ClassifierConfig& config, const ReportProgress& report = {}) {
    return validate::classify(reference, candidate, config, NetworkJudge(), report);
}

class Features : public ::testing::Test {
  protected:
    data::ShowerSet toys(const char* name, const test::Toy& toy) {
        return test::write_set(folder_ / name, toy);
    }

  private:
    test::TemporaryFolder folder_;
};

constexpr Range all = {1, 1000};

TEST_F(Features, OfObservablesAreTheTablesRowsAndTheEnergy) {
    ObservableTable table;
    table.names = {"a", "b"};
    for (std::size_t i = 0; i < 100; ++i) {
        table.values.push_back(static_cast<float>(i));
        table.values.push_back(-static_cast<float>(i));
        table.binning.push_back(static_cast<float>(10 + i));
    }
    const Binning energy{.positive = true};
    const FeatureMatrix out = observable_features(table, energy, {20, 29}, 1000, 1);
    ASSERT_EQ(out.rows(), 10U);
    ASSERT_EQ(out.columns, 3U);
    for (std::size_t i = 0; i < out.rows(); ++i) {
        EXPECT_EQ(out.row(i)[1], -out.row(i)[0]);
        EXPECT_FLOAT_EQ(out.row(i)[2], std::log10(10 + out.row(i)[0]));
    }
    EXPECT_EQ(observable_features(table, {}, {20, 29}, 1000, 1).row(0)[2], 10 + out.row(0)[0]);
    EXPECT_EQ(observable_features(table, energy, {1, 500}, 30, 1).rows(), 30U);
    EXPECT_EQ(observable_features(table, energy, {1, 5}, 30, 1).rows(), 0U);
}

TEST_F(Features, LetAClassifierFindDroppedCells) {
    test::Toy toy;
    toy.count = 300;
    toy.grid = {5, 5, 6, 0, 0};
    const FeatureMatrix reference = cell_features(toys("a.h5", toy), all);
    toy.seed = 2;
    const FeatureMatrix same = cell_features(toys("b.h5", toy), all);
    toy.dropped = 0.05;
    const FeatureMatrix damaged = cell_features(toys("c.h5", toy), all);
    ClassifierConfig config;
    config.width = 64;
    config.seeds = 1;
    config.curve = {};
    config.threads = 1;
    const auto equal = classify(reference, same, config);
    EXPECT_NEAR(*equal.auc, 0.5, 3 * *equal.uncertainty);
    const auto dropped = classify(reference, damaged, config);
    EXPECT_GT(*dropped.auc, 0.5 + 5 * *dropped.uncertainty);
}

}  // namespace
}  // namespace caloforge::validate
