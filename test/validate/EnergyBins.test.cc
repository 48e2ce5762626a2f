#include "validate/EnergyBins.hh"

#include "core/Error.hh"
#include "core/ExpectError.hh"

namespace caloforge::validate {
namespace {

const std::vector<double> edges = {10, 20, 50, 100, 200, 500};

TEST(EnergyBins, HoldTheirLowerEdgeAndTheLastOneBoth) {
    const EnergyBins bins(edges, {1, 1000});
    EXPECT_EQ(bins.slot(10), 0U);
    EXPECT_EQ(bins.slot(20), 1U);
    EXPECT_EQ(bins.slot(499), 4U);
    EXPECT_EQ(bins.slot(500), 4U);
    EXPECT_EQ(bins.slot(5), bins.size());
    EXPECT_EQ(bins.slot(501), bins.size());
    EXPECT_FALSE(bins.slot(0.5).has_value());
    EXPECT_EQ(bins.label(1), "20:50");
}

TEST(EnergyBins, RefusesEdgesThatAreNone) {
    for (const auto& bad : std::vector<std::vector<double>>{{}, {10}, {20, 10}, {10, 10}, {0, 10}}) {
        EXPECT_THROW(EnergyBins(bad, {1, 1000}), core::InputError);
    }
}

TEST(EnergyBins, SamplesOfOneSpectrumGetItsEdges) {
    const auto compared = compared_range({10.4, 499.1, 1000}, {10.1, 498.5, 2000}, edges);
    EXPECT_FALSE(compared.restricted);
    EXPECT_EQ(compared.range.label(), "10:500");
}

TEST(EnergyBins, RangesThatDifferAreComparedOnTheOverlap) {
    const auto compared = compared_range({10.4, 499.1, 1000}, {50.3, 299.8, 1000}, edges);
    EXPECT_TRUE(compared.restricted);
    EXPECT_EQ(compared.range.label(), "50:300");
}

TEST(EnergyBins, OneShowerDoesNotNarrowTheRange) {
    const auto compared = compared_range({10.4, 499.1, 1000}, {123, 123, 1}, edges);
    EXPECT_FALSE(compared.restricted);
    EXPECT_EQ(compared.range.label(), "10:500");
}

TEST(EnergyBins, OneEnergyIsARange) {
    EXPECT_EQ(compared_range({60, 60, 100}, {60, 60, 100}, edges).range.label(), "60:60");
}

TEST(EnergyBins, DisjointRangesAreRefusedAndUnitsSuspected) {
    const auto apart = test::message_of<core::InputError>([] {
        compared_range({10, 100, 1000}, {200, 500, 1000}, edges);
    });
    EXPECT_THAT(apart, testing::HasSubstr("share no incident energy"));
    EXPECT_THAT(apart, testing::Not(testing::HasSubstr("-scale")));
    const auto units = test::message_of<core::InputError>([] {
        compared_range({10, 500, 1000}, {10000, 500000, 1000}, edges);
    });
    EXPECT_THAT(units, testing::HasSubstr("-scale"));
}

}  // namespace
}  // namespace caloforge::validate
