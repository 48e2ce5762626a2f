#include "validate/statistics/Bins.hh"

#include "core/Error.hh"
#include "core/ExpectError.hh"

namespace caloforge::validate {
namespace {

const std::vector<double> edges = {10, 20, 50, 100, 200, 500};

TEST(Bins, HoldTheirLowerEdgeAndTheLastOneBoth) {
    const Bins bins({.edges = edges}, {1, 1000});
    EXPECT_EQ(bins.slot(10), 0U);
    EXPECT_EQ(bins.slot(20), 1U);
    EXPECT_EQ(bins.slot(499), 4U);
    EXPECT_EQ(bins.slot(500), 4U);
    EXPECT_EQ(bins.slot(5), bins.size());
    EXPECT_EQ(bins.slot(501), bins.size());
    EXPECT_FALSE(bins.slot(0.5).has_value());
    EXPECT_EQ(bins.label(1), "20:50");
}

TEST(Bins, RefusesEdgesThatAreNone) {
    for (const auto& bad : std::vector<std::vector<double>>{{}, {10}, {20, 10}, {10, 10}, {0, 10}}) {
        EXPECT_THROW(Bins({.positive = true, .edges = bad}, {1, 1000}), core::InputError);
    }
}

TEST(Bins, SamplesOfOneSpectrumGetItsEdges) {
    const auto compared = compared_range({10.4, 499.1, 1000}, {10.1, 498.5, 2000}, edges);
    EXPECT_FALSE(compared->restricted);
    EXPECT_EQ(compared->range.label(), "10:500");
}

TEST(Bins, RangesThatDifferAreComparedOnTheOverlap) {
    const auto compared = compared_range({10.4, 499.1, 1000}, {50.3, 299.8, 1000}, edges);
    EXPECT_TRUE(compared->restricted);
    EXPECT_EQ(compared->range.label(), "50:300");
}

TEST(Bins, OneShowerDoesNotNarrowTheRange) {
    const auto compared = compared_range({10.4, 499.1, 1000}, {123, 123, 1}, edges);
    EXPECT_FALSE(compared->restricted);
    EXPECT_EQ(compared->range.label(), "10:500");
}

TEST(Bins, OneEnergyIsARange) {
    EXPECT_EQ(compared_range({60, 60, 100}, {60, 60, 100}, edges)->range.label(), "60:60");
}

TEST(Bins, DisjointRangesHaveNothingToCompare) {
    EXPECT_FALSE(compared_range({10, 100, 1000}, {200, 500, 1000}, edges).has_value());
}

TEST(Bins, MayLieOnEitherSideOfZero) {
    const Binning phase{.field = "phase", .unit = "rad", .positive = false, .edges = {-3, 0, 3}};
    const Bins bins(phase, {-3, 3});
    EXPECT_EQ(bins.slot(-3), 0U);
    EXPECT_EQ(bins.slot(0), 1U);
    EXPECT_EQ(bins.label(0), "-3:0");
    EXPECT_EQ(compared_range({-2.99, 2.98, 1000}, {-2.995, 2.99, 1000}, phase.edges)->range.label(), "-3:3");
    const auto cut = compared_range({-2.99, 2.98, 1000}, {-1.5003, -0.5007, 1000}, phase.edges);
    EXPECT_TRUE(cut->restricted);
    EXPECT_EQ(cut->range.label(), "-1.51:-0.5");
}

}  // namespace
}  // namespace caloforge::validate
