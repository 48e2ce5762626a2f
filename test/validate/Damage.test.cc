// Sets damaged on purpose: the right metric has to see it, and those that it does not touch stay quiet.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/TemporaryFolder.hh"
#include "validate/ShowerComparison.hh"
#include "validate/shower/ToyShowers.hh"

namespace caloforge::validate {
namespace {

using test::Toy;

constexpr Toy sound{.count = 1500};

class Damaged {
  public:
    explicit Damaged(const Toy& candidate) : Damaged(test::toy_showers(candidate)) {}
    explicit Damaged(const data::ShowerBatch& candidate)
        : comparison_(compare_showers(test::write_set(folder_ / "a.h5", sound),
                                      test::write_set(folder_ / "b.h5", candidate))) {}
    const Metric& operator[](const std::string& name) const {
        for (const Metric& metric : comparison_.metrics()) {
            if (metric.name == name && metric.range == "10:500") return metric;
        }
        ADD_FAILURE() << "no metric " << name;
        return comparison_.metrics().front();
    }

  private:
    test::TemporaryFolder folder_;
    Comparison comparison_;
};

TEST(Damage, NoneIsQuiet) {
    const Damaged other(Toy{.count = 1500, .seed = 2});
    int beyond = 0;
    int measured = 0;
    for (const char* name :
         {"sampling_fraction_mean_rel", "longitudinal_profile_max_rel", "transverse_profile_max_rel",
          "cell_spectrum_separation", "correlation_mad", "separation_width_x", "wasserstein_mean_z",
          "separation_layer_energy", "wasserstein_layer_width_x", "separation_radius"}) {
        ++measured;
        beyond += other[name].beyond_floor();
    }
    EXPECT_LE(beyond, 1) << "of " << measured;
}

TEST(Damage, TwoPerCentMoreEnergy) {
    const Damaged other(Toy{.count = 1500, .seed = 2, .scale = 1.02});
    EXPECT_TRUE(other["sampling_fraction_mean_rel"].beyond_floor());
    EXPECT_NEAR(*other["sampling_fraction_mean_rel"].value, 0.02, 0.005);
    EXPECT_TRUE(other["wasserstein_sampling_fraction"].beyond_floor());
    EXPECT_FALSE(other["separation_mean_z"].beyond_floor());
}

TEST(Damage, OneLayerShifted) {
    data::ShowerBatch batch = test::toy_showers({.count = 1500, .seed = 2});
    const auto& grid = *batch.readout.grid();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto cells = batch.shower(i);
        // Layer 4 moves by a cell in x.
        for (std::size_t x = grid.nx; x-- > 0;) {
            for (std::size_t y = 0; y < grid.ny; ++y)
                cells[(x * grid.ny + y) * grid.nz + 4] =
                    x > 0 ? cells[((x - 1) * grid.ny + y) * grid.nz + 4] : 0.0F;
        }
    }
    const Damaged other(batch);
    EXPECT_TRUE(other["separation_layer_centre_x"].beyond_floor());
    EXPECT_TRUE(other["wasserstein_layer_centre_x"].beyond_floor());
    EXPECT_FALSE(other["separation_layer_centre_y"].beyond_floor());
    EXPECT_FALSE(other["cell_spectrum_separation"].beyond_floor());
}

TEST(Damage, FivePerCentOfTheCellsDropped) {
    const Damaged other(Toy{.count = 1500, .seed = 2, .dropped = 0.05});
    EXPECT_TRUE(other["cells_above_mip_fraction_rel"].beyond_floor());
    EXPECT_TRUE(other["separation_cells_above_0.1_mip"].beyond_floor());
    EXPECT_TRUE(other["sampling_fraction_mean_rel"].beyond_floor());
}

TEST(Damage, CellsPermutedWithinEachLayer) {
    data::ShowerBatch batch = test::toy_showers({.count = 1500, .seed = 2});
    const auto& grid = *batch.readout.grid();
    const std::size_t columns = grid.nx * grid.ny;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto cells = batch.shower(i);
        // The same rotation of the columns' numbers in every shower keeps energies and counts per layer.
        for (std::size_t z = 0; z < grid.nz; ++z) {
            std::vector<float> layer(columns);
            for (std::size_t c = 0; c < columns; ++c) layer[(c + 7) % columns] = cells[c * grid.nz + z];
            for (std::size_t c = 0; c < columns; ++c) cells[c * grid.nz + z] = layer[c];
        }
    }
    const Damaged other(batch);
    EXPECT_TRUE(other["transverse_profile_max_rel"].beyond_floor());
    EXPECT_TRUE(other["separation_radius"].beyond_floor());
    EXPECT_TRUE(other["separation_layer_width_x"].beyond_floor());
    EXPECT_FALSE(other["longitudinal_profile_max_rel"].beyond_floor());
    EXPECT_FALSE(other["cell_spectrum_separation"].beyond_floor());
    EXPECT_FALSE(other["separation_cells_above_1_mip"].beyond_floor());
}

}  // namespace
}  // namespace caloforge::validate
