#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/TemporaryFolder.hh"
#include "validate/shower/CellFeatures.hh"
#include "validate/shower/ToyShowers.hh"

namespace caloforge::validate {
namespace {

class CellFeatures : public ::testing::Test {
  protected:
    data::ShowerSet toys(const char* name, const test::Toy& toy) {
        return test::write_set(folder_ / name, toy);
    }

  private:
    test::TemporaryFolder folder_;
};

constexpr Range all = {1, 1000};

TEST_F(CellFeatures, OfCellsAreFourthRootsOfTheirSharesAndSums) {
    test::Toy toy;
    toy.count = 5;
    toy.grid = {3, 3, 4, 0, 0};
    const auto batch = test::toy_showers(toy);
    const FeatureMatrix out = cell_features(toys("a.h5", toy), all);
    ASSERT_EQ(out.rows(), 5U);
    ASSERT_EQ(out.columns, 36U + 4 + 2);
    EXPECT_EQ(out.picture, 36U);
    EXPECT_FALSE(out.as_is);
    const auto cells = batch.shower(3);
    const auto row = out.row(3);
    const float incident = batch.conditions.values("energy")[3];
    double layer = 0;
    double deposited = 0;
    for (std::size_t c = 0; c < cells.size(); ++c) {
        EXPECT_FLOAT_EQ(row[c], std::pow(cells[c] / incident, 0.25F));
        if (c % 4 == 2) layer += static_cast<double>(cells[c]);
        deposited += static_cast<double>(cells[c]);
    }
    EXPECT_NEAR(row[36 + 2], layer / incident, 1e-6);
    EXPECT_NEAR(row[40], deposited / incident, 1e-6);
    EXPECT_FLOAT_EQ(row[41], std::log10(incident));
}

TEST_F(CellFeatures, OfTheCaloChallengeAreSharesInPercentAndLogMev) {
    test::Toy toy;
    toy.count = 2;
    toy.grid = {3, 3, 4, 0, 0};
    const auto batch = test::toy_showers(toy);
    const FeatureMatrix out = cell_features(toys("a.h5", toy), all, {CellScaling::calochallenge});
    ASSERT_EQ(out.columns, 37U);
    EXPECT_EQ(out.picture, 0U);
    EXPECT_TRUE(out.as_is);
    EXPECT_FLOAT_EQ(out.row(1)[13], 100 * batch.shower(1)[13] / batch.conditions.values("energy")[1]);
    EXPECT_FLOAT_EQ(out.row(1)[36], std::log10(1000 * batch.conditions.values("energy")[1]));
}

TEST_F(CellFeatures, KeepToTheRangeAndTheLimit) {
    test::Toy toy;
    toy.count = 200;
    toy.grid = {3, 3, 4, 0, 0};
    const auto batch = test::toy_showers(toy);
    const auto set = toys("a.h5", toy);
    const Range range{100, 300};
    std::size_t inside = 0;
    for (const float energy : batch.conditions.values("energy"))
        inside += range.holds(static_cast<double>(energy)) ? 1 : 0;
    const FeatureMatrix out = cell_features(set, range);
    EXPECT_EQ(out.rows(), inside);
    for (std::size_t i = 0; i < out.rows(); ++i) EXPECT_NEAR(std::pow(10, out.row(i).back()), 200, 100.01);
    CellFeatureOptions few;
    few.max_showers = 20;
    few.batch_size = 7;
    const FeatureMatrix chosen = cell_features(set, range, few);
    EXPECT_EQ(chosen.rows(), 20U);
    few.batch_size = 50;
    EXPECT_EQ(cell_features(set, range, few).values, chosen.values);
    few.seed = 2;
    EXPECT_NE(cell_features(set, range, few).values, chosen.values);
    EXPECT_EQ(cell_features(set, {600, 700}).rows(), 0U);
}

}  // namespace
}  // namespace caloforge::validate
