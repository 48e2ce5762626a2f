#include "validate/shower/EventObservables.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caloforge::validate {
namespace {

constexpr double mip = 1e-3;

class Shower {
  public:
    explicit Shower(const geometry::Readout& readout)
        : readout_(readout),
          observer_(readout, mip),
          observables_(observer_),
          cells_(readout.cells(), 0.0F) {}

    Shower& put(std::size_t x, std::size_t y, std::size_t z, float energy) {
        for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
            if (readout_.place_of(cell) == std::array{x, y, z}) cells_[cell] = energy;
        }
        return *this;
    }
    float operator[](const std::string& name) {
        ShowerObservables shower;
        observer_.observe(cells_, 100, shower);
        std::vector<float> row(observables_.list().size());
        observables_.fill(shower, row);
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (observables_.list()[i].name == name) return row[i];
        }
        ADD_FAILURE() << "no observable " << name;
        return 0;
    }

    bool has(const std::string& name) const {
        const auto names = observables_.list().names();
        return std::find(names.begin(), names.end(), name) != names.end();
    }

  private:
    geometry::Readout readout_;
    ShowerObserver observer_;
    EventObservables observables_;
    std::vector<float> cells_;
};

TEST(EventObservables, MomentsAreEnergyWeightedAboutTheShowersOwnCentre) {
    Shower shower(geometry::ReadoutGrid{5, 5, 6, 2.0, 2.0});
    shower.put(2, 2, 1, 3.0F).put(4, 2, 3, 1.0F);  // x: 0 mm and 4 mm
    EXPECT_NEAR(shower["mean_x"], 1.0, 1e-6);
    EXPECT_NEAR(shower["width_x"], std::sqrt(3.0), 1e-6);  // 16/4 - 1
    EXPECT_NEAR(shower["mean_y"], 0.0, 1e-6);
    EXPECT_NEAR(shower["width_y"], 0.0, 1e-6);
    EXPECT_NEAR(shower["mean_z"], 1.5, 1e-6);
    EXPECT_NEAR(shower["width_z"], std::sqrt(0.75), 1e-6);
    EXPECT_NEAR(shower["radius"], (3 * 1 + 1 * 3) / 4.0, 1e-6);
    EXPECT_NEAR(shower["sampling_fraction"], 0.04, 1e-8);
    EXPECT_EQ(shower["maximum_layer"], 1.0F);
    EXPECT_NEAR(shower["largest_cell_share"], 0.75, 1e-6);
    EXPECT_NEAR(shower["largest_column_share"], 0.75, 1e-6);
}

TEST(EventObservables, StartIsTheDepthOfFivePerCent) {
    Shower shower(geometry::ReadoutGrid{3, 3, 6, 0, 0});
    shower.put(1, 1, 2, 0.1F).put(1, 1, 3, 0.9F);
    EXPECT_NEAR(shower["start"], 2.5, 1e-6);  // half of layer 2
}

TEST(EventObservables, ThirdsAndLeakageAreShares) {
    Shower shower(geometry::ReadoutGrid{3, 3, 6, 0, 0});
    shower.put(1, 1, 0, 1.0F).put(1, 1, 2, 2.0F).put(0, 1, 5, 5.0F);
    EXPECT_NEAR(shower["share_first_third"], 1.0 / 8, 1e-6);
    EXPECT_NEAR(shower["share_middle_third"], 2.0 / 8, 1e-6);
    EXPECT_NEAR(shower["share_last_third"], 5.0 / 8, 1e-6);
    EXPECT_NEAR(shower["leakage_back"], 5.0 / 8, 1e-6);
    EXPECT_NEAR(shower["leakage_side"], 5.0 / 8, 1e-6);
}

TEST(EventObservables, CountsFollowTheThresholds) {
    Shower shower(geometry::ReadoutGrid{3, 3, 2, 0, 0});
    shower.put(1, 1, 0, 0.00005F).put(1, 1, 1, 0.0002F).put(0, 1, 0, 0.0005F).put(2, 1, 0, 0.002F);
    EXPECT_EQ(shower["cells_above_0.1_mip"], 3.0F);
    EXPECT_EQ(shower["cells_above_0.3_mip"], 2.0F);
    EXPECT_EQ(shower["cells_above_1_mip"], 1.0F);
}

TEST(EventObservables, LayersHaveTheirOwn) {
    Shower shower(geometry::ReadoutGrid{5, 5, 3, 0, 0});
    shower.put(1, 2, 1, 1.0F).put(3, 4, 1, 1.0F);  // cells from the axis: (-1, 0) and (1, 2)
    EXPECT_NEAR(shower["layer_energy_01"], 0.02, 1e-7);
    EXPECT_NEAR(shower["layer_centre_x_01"], 0, 1e-6);
    EXPECT_NEAR(shower["layer_centre_y_01"], 1, 1e-6);
    EXPECT_NEAR(shower["layer_width_x_01"], 1, 1e-6);
    EXPECT_NEAR(shower["layer_width_y_01"], 1, 1e-6);
    EXPECT_EQ(shower["layer_energy_00"], 0.0F);
    EXPECT_TRUE(std::isnan(shower["layer_width_x_00"]));
}

TEST(EventObservables, AnEmptyShowerHasCountsButNoShape) {
    Shower shower(geometry::ReadoutGrid{3, 3, 3, 0, 0});
    EXPECT_EQ(shower["sampling_fraction"], 0.0F);
    EXPECT_EQ(shower["cells_above_0.1_mip"], 0.0F);
    for (const char* name : {"maximum_layer", "start", "mean_x", "width_z", "radius", "share_last_third",
                             "largest_cell_share", "leakage_side", "layer_centre_x_01"})
        EXPECT_TRUE(std::isnan(shower[name])) << name;
}

TEST(EventObservables, CylindricalCellsStandAroundTheAxis) {
    Shower shower(geometry::ReadoutRings::regular(2, 4, 3));
    shower.put(2, 0, 0, 1.0F).put(2, 2, 0, 1.0F);  // opposite each other at r = 2.5
    EXPECT_NEAR(shower["mean_x"], 0, 1e-6);
    EXPECT_NEAR(shower["mean_y"], 0, 1e-6);
    EXPECT_NEAR(shower["radius"], 2.5, 1e-6);
    EXPECT_NEAR(shower["leakage_side"], 1, 1e-6);
    EXPECT_NEAR(std::hypot(shower["width_x"], shower["width_y"]), 2.5, 1e-5);
}

TEST(EventObservables, RingsHaveMomentsOfTheDistanceFromTheAxis) {
    Shower shower(geometry::ReadoutRings::regular(2, 4, 3, 2.0));
    shower.put(0, 0, 0, 3.0F).put(2, 1, 0, 1.0F).put(1, 2, 1, 4.0F);  // r = 1, 5 and 3 mm
    EXPECT_NEAR(shower["mean_r"], (3 * 1 + 1 * 5 + 4 * 3) / 8.0, 1e-6);
    EXPECT_NEAR(shower["width_r"], std::sqrt((3 * 1 + 1 * 25 + 4 * 9) / 8.0 - 2.5 * 2.5), 1e-6);
    EXPECT_NEAR(shower["layer_mean_r_00"], 2, 1e-6);
    EXPECT_NEAR(shower["layer_width_r_00"], std::sqrt(3.0), 1e-6);
    EXPECT_NEAR(shower["sparsity"], 1 - 3 / 24.0, 1e-6);
    EXPECT_NEAR(shower["layer_sparsity_01"], 1 - 1 / 12.0, 1e-6);
}

TEST(EventObservables, LayersOfRingsMayDiffer) {
    // One of whole rings, one with two sectors and other edges.
    Shower shower(geometry::ReadoutRings({{{0, 5, 10}, 1, 0}, {{0, 2, 4, 10}, 2, 3}}));
    shower.put(1, 0, 0, 1.0F).put(2, 0, 1, 2.0F).put(0, 1, 1, 1.0F);
    EXPECT_NEAR(shower["sampling_fraction"], 0.04, 1e-8);
    EXPECT_NEAR(shower["mean_z"], 0.75, 1e-6);
    // Sectors about alpha = 90 and 270 degrees: y = 7 and -1 mm. Whole rings have no x and y.
    EXPECT_NEAR(shower["mean_y"], (2 * 7 - 1 * 1) / 3.0, 1e-6);
    EXPECT_NEAR(shower["mean_x"], 0, 1e-6);
    EXPECT_NEAR(shower["radius"], (2 * (7 - 13 / 3.0) + (1 + 13 / 3.0)) / 3, 1e-6);
    EXPECT_NEAR(shower["layer_centre_y_01"], 13 / 3.0, 1e-6);
    EXPECT_NEAR(shower["mean_r"], (7.5 + 2 * 7 + 1) / 4, 1e-6);
    EXPECT_NEAR(shower["leakage_side"], 3 / 4.0, 1e-6);
    EXPECT_FALSE(shower.has("layer_centre_x_00"));
    EXPECT_FALSE(shower.has("largest_column_share"));
    EXPECT_TRUE(shower.has("layer_mean_r_00"));
}

TEST(EventObservables, RingsWithoutSectorsHaveNoPlaces) {
    Shower shower(geometry::ReadoutRings({{{0, 5, 10}, 1, 0}, {{0, 2, 4, 10}, 1, 1}}));
    shower.put(1, 0, 0, 1.0F);
    EXPECT_FALSE(shower.has("mean_x"));
    EXPECT_FALSE(shower.has("layer_width_y_00"));
    EXPECT_NEAR(shower["mean_r"], 7.5, 1e-6);
}

TEST(EventObservables, ListedCellsStandWhereTheyAre) {
    Shower shower(
        geometry::ReadoutCells({{{-10, 0, 20, 40}, {5, 1, 10, 2}, {15, 0, 10, 40}}, {{0, 3, 4, 4}}}));
    shower.put(0, 0, 0, 1.0F).put(1, 0, 0, 3.0F).put(0, 0, 1, 4.0F);
    EXPECT_NEAR(shower["mean_x"], (-10 + 15 + 0) / 8.0, 1e-6);
    EXPECT_NEAR(shower["mean_y"], (3 * 1 + 4 * 3) / 8.0, 1e-6);
    EXPECT_NEAR(shower["layer_centre_x_00"], 5 / 4.0, 1e-6);
    EXPECT_NEAR(shower["layer_sparsity_00"], 1 / 3.0, 1e-6);
    EXPECT_NEAR(shower["leakage_side"], 5 / 8.0, 1e-6);  // the middle cell of layer 0 touches no side
    EXPECT_FALSE(shower.has("mean_r"));
}

}  // namespace
}  // namespace caloforge::validate
