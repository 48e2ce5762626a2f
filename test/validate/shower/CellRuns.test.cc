#include "validate/shower/CellRuns.hh"

#include <gtest/gtest.h>

#include <numbers>
#include <numeric>

#include "validate/shower/ShowerObserver.hh"

namespace caloforge::validate {
namespace {

const geometry::Readout ragged =
    geometry::ReadoutRings({{{0, 10, 40}, 1, 0}, {{0, 5, 10, 20}, 4, 1}, {{0, 20}, 8, 5}});

TEST(CellRuns, HoldEveryCellOnce) {
    const geometry::Readout list =
        geometry::ReadoutCells({{{-2.5, 0, 5, 10}, {2.5, 0, 5, 10}}, {}, {{1, 1, 3, 3}}});
    for (const geometry::Readout& readout :
         {geometry::Readout(geometry::ReadoutGrid{3, 4, 5, 5, 6}), ragged, list,
          geometry::Readout(geometry::ReadoutRings::regular(3, 4, 5, 2.0))}) {
        std::vector<int> seen(readout.cells());
        const CellRuns runs = lay_out(readout);
        for (const CellRun& run : runs.runs) {
            for (std::size_t i = 0; i < run.layers; ++i) {
                ++seen[run.first + i * run.step];
                EXPECT_EQ(readout.layer_of(run.first + i * run.step), run.layer + i) << readout.text();
            }
        }
        EXPECT_EQ(seen, std::vector<int>(readout.cells(), 1)) << readout.text();
        EXPECT_EQ(std::accumulate(runs.cells_in_layer.begin(), runs.cells_in_layer.end(), std::size_t{0}),
                  readout.cells());
    }
}

TEST(CellRuns, RingsCountWhereTheyLie) {
    const CellRuns runs = lay_out(ragged);
    EXPECT_EQ(runs.across.edges, (std::vector<double>{0, 5, 10, 20, 40}));
    EXPECT_EQ(runs.along.bins(), 8U);
    EXPECT_EQ(runs.placed_layers, (std::vector<bool>{false, true, true}));
    std::vector<float> cells(ragged.cells(), 0.0F);
    cells[1] = 3.0F;              // layer 0, from 10 to 40 mm: a third and two thirds
    cells[2 + 1 * 3 + 0] = 1.0F;  // layer 1, the second of four sectors, up to 5 mm
    cells[2 + 12 + 5] = 4.0F;     // layer 2, the sixth of eight sectors, up to 20 mm
    ShowerObservables out;
    ShowerObserver(ragged, 1e-3).observe(cells, 100, out);
    const auto expect = [](const std::vector<double>& found, const std::vector<double>& wanted) {
        ASSERT_EQ(found.size(), wanted.size());
        for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 1e-9) << i;
    };
    expect(out.rings, {1 + 1, 1, 2 + 1, 2});
    expect(out.columns_x, out.rings);
    expect(out.columns_y, {0, 0, 0.5, 0.5, 0, 4, 0, 0});  // a whole ring has no angle
    expect(out.layers, {3, 1, 4});
    EXPECT_NEAR(out.placed, 5, 1e-9);
}

TEST(CellRuns, LengthsAreThoseOfTheReadOut) {
    const CellRuns sized = lay_out(geometry::ReadoutRings::regular(1, 4, 3, 2.5));
    EXPECT_TRUE(sized.sized);
    EXPECT_EQ(sized.radial.label, "distance from the axis [mm]");
    EXPECT_EQ(sized.radial.edges, (std::vector<double>{0, 2.5, 5, 7.5}));
    const CellRuns plain = lay_out(geometry::ReadoutRings::regular(1, 4, 3));
    EXPECT_FALSE(plain.sized);
    EXPECT_EQ(plain.radial.label, "distance from the axis [cells]");
    EXPECT_EQ(plain.along.name, "azimuthal_profile");
    EXPECT_NEAR(plain.along.edges.back(), 2 * std::numbers::pi, 1e-12);
}

}  // namespace
}  // namespace caloforge::validate
