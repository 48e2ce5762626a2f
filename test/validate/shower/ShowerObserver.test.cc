#include "validate/shower/ShowerObserver.hh"

#include <cmath>
#include <numbers>
#include <numeric>

#include "core/Error.hh"
#include "core/ExpectError.hh"

namespace caloforge::validate {
namespace {

constexpr double mip = 1e-3;

std::size_t cell(const geometry::ReadoutGrid& grid, std::size_t x, std::size_t y, std::size_t z) {
    return (x * grid.ny + y) * grid.nz + z;
}

TEST(Observables, FollowFromTheCells) {
    const geometry::ReadoutGrid grid{3, 5, 2, 0, 0};
    std::vector<float> cells(grid.cells(), 0.0F);
    cells[cell(grid, 1, 2, 0)] = 0.25F;  // on the axis
    cells[cell(grid, 1, 2, 1)] = 0.5F;
    cells[cell(grid, 0, 4, 1)] = 0.125F;    // sqrt(5) cells away
    cells[cell(grid, 2, 2, 0)] = 0.00005F;  // below 0.1 MIP
    cells[cell(grid, 1, 3, 0)] = 2.0F;      // above the spectrum
    ShowerObservables out;
    const ShowerObserver observer(grid, mip);
    observer.observe(cells, 50, out);

    EXPECT_NEAR(out.deposited, 2.87505, 1e-7);
    EXPECT_NEAR(out.fraction, 2.87505 / 50, 1e-9);
    EXPECT_NEAR(out.layers[0], 2.25005, 1e-7);
    EXPECT_NEAR(out.layers[1], 0.625, 1e-7);
    EXPECT_EQ(out.maximum_layer, 0U);
    EXPECT_NEAR(out.columns_x[0], 0.125, 1e-7);
    EXPECT_NEAR(out.columns_x[2], 0.00005, 1e-9);
    EXPECT_NEAR(out.columns_y[2], 0.75005, 1e-7);
    EXPECT_NEAR(out.columns_y[4], 0.125, 1e-7);
    ASSERT_EQ(out.rings.size(), 3U);
    EXPECT_NEAR(out.rings[0], 0.75, 1e-7);
    EXPECT_NEAR(out.rings[1], 2.00005, 1e-6);
    EXPECT_NEAR(out.rings[2], 0.125, 1e-7);
    EXPECT_EQ(out.cells_above[0], 4U);
    EXPECT_EQ(std::accumulate(out.spectrum.begin(), out.spectrum.end(), 0U), 3U);
}

TEST(Observables, SpectrumHasFiftyEqualStepsOfTheLogarithm) {
    const geometry::ReadoutGrid grid{1, 1, 3, 0, 0};
    const ShowerObserver observer(grid, mip);  // 1e-4 to 1 GeV: 0.08 decades each
    ShowerObservables out;
    const std::vector<float> cells = {1.0F, 1.1e-4F, 1.21e-4F};
    observer.observe(cells, 50, out);
    EXPECT_EQ(out.spectrum.back(), 1U);
    EXPECT_EQ(out.spectrum[0], 1U);  // log10(1.1) = 0.041
    EXPECT_EQ(out.spectrum[1], 1U);  // log10(1.21) = 0.083
}

TEST(Observables, RingsKnowCellsThatAreNotSquare) {
    const geometry::ReadoutGrid grid{3, 3, 1, 5.0, 10.0};
    std::vector<float> cells(grid.cells(), 0.0F);
    cells[cell(grid, 1, 2, 0)] = 1.0F;  // 10 mm: two cell widths of x
    ShowerObservables out;
    ShowerObserver(grid, mip).observe(cells, 50, out);
    EXPECT_DOUBLE_EQ(out.rings[2], 1.0);
}

TEST(Observables, RefusesAMipInMeV) {
    const geometry::ReadoutGrid grid{3, 3, 3, 0, 0};
    const auto message = test::message_of<core::InputError>([&] { ShowerObserver(grid, 145.0); });
    EXPECT_THAT(message, testing::HasSubstr("MeV"));
}

/// A grid of 9 x 9 cells of 5 mm, four layers 10 mm apart.
const geometry::ReadoutGrid wide{9, 9, 4, 5, 5};
const std::vector<double> depths = {5, 15, 25, 35};

TEST(AboutAxes, AShowerAlongItsAxisIsThatOfAPerpendicularOne) {
    // A core and a halo about the axis, which crosses a cell from layer to layer: tan theta = 1/2, and 1 mm
    // aside.
    const double theta = std::atan(0.5);
    std::vector<float> along(wide.cells(), 0.0F), upright(wide.cells(), 0.0F);
    for (std::size_t z = 0; z < 4; ++z) {
        for (const int x : {-1, 0, 1}) {
            const float energy = (x == 0 ? 0.3F : 0.1F) * static_cast<float>(z + 1);
            upright[cell(wide, static_cast<std::size_t>(4 + x), 4, z)] = energy;
            along[cell(wide, 4, static_cast<std::size_t>(4 + x) + z, z)] = energy;
        }
    }
    ShowerObservables straight, inclined;
    const ShowerObserver about(wide, mip, {depths});
    about.observe(upright, 50, straight, {0, 0}, {0, 0});
    // Towards y: at the depths of 5, 15, ... mm the axis has gone 2.5, 7.5, ... mm; it begins at -2.5 mm.
    about.observe(along, 50, inclined, {theta, std::numbers::pi / 2}, {0, -2.5});
    EXPECT_NEAR(inclined.mean[1], 0, 1e-9);
    EXPECT_NEAR(inclined.width[1], straight.width[0], 1e-9);
    EXPECT_NEAR(inclined.width[0], 0, 1e-9);
    EXPECT_NEAR(inclined.distance, straight.distance, 1e-9);
    for (std::size_t z = 0; z < 4; ++z) {
        EXPECT_NEAR(inclined.layer_y[z], 0, 1e-9);
        EXPECT_NEAR(inclined.layer_yy[z], straight.layer_xx[z], 1e-9);
    }
    EXPECT_EQ(inclined.columns_y, straight.columns_x);
    EXPECT_EQ(inclined.columns_x, straight.columns_y);
    // In the window it wanders: that is what its planes say, and the figure of merit is made of them.
    EXPECT_NEAR(about.index_moments(inclined)[2], 4 + (1 * 0 + 2 * 1 + 3 * 2 + 4 * 3) / 10.0, 1e-6);
    EXPECT_NEAR(about.index_moments(inclined)[0], 4, 1e-6);
    EXPECT_GT(about.index_moments(inclined)[3], 1.0);
}

TEST(AboutAxes, PerpendicularShowersAtTheMiddleAreAsTheyWere) {
    std::vector<float> cells(wide.cells(), 0.0F);
    cells[cell(wide, 4, 4, 0)] = 0.5F;
    cells[cell(wide, 6, 3, 1)] = 0.25F;
    cells[cell(wide, 0, 8, 3)] = 0.125F;
    ShowerObservables window, axis;
    const ShowerObserver plain(wide, mip), about(wide, mip, {depths});
    plain.observe(cells, 50, window);
    about.observe(cells, 50, axis, {0, 0}, {0, 0});
    EXPECT_EQ(axis.columns_x, window.columns_x);
    EXPECT_EQ(axis.columns_y, window.columns_y);
    EXPECT_EQ(axis.rings, window.rings);
    EXPECT_EQ(axis.layers, window.layers);
    EXPECT_EQ(axis.side, window.side);
    EXPECT_EQ(axis.spectrum, window.spectrum);
    EXPECT_NEAR(axis.distance, window.distance, 1e-12);
    for (const int i : {0, 1, 2, 3, 4, 5})
        EXPECT_NEAR(about.index_moments(axis)[i], plain.index_moments(window)[i], 1e-9) << i;
}

TEST(AboutAxes, WithoutImpactPointsAxesBeginInTheMiddle) {
    std::vector<float> cells(wide.cells(), 0.0F);
    cells[cell(wide, 5, 4, 2)] = 1.0F;
    ShowerObservables out;
    ShowerObserver(wide, mip, {depths, true}).observe(cells, 50, out, {0, 0}, {2, -1});
    EXPECT_NEAR(out.mean[0], 3, 1e-9);
    EXPECT_NEAR(out.mean[1], 1, 1e-9);
    ShowerObserver(wide, mip, {depths, false}).observe(cells, 50, out, {0, 0}, {2, -1});
    EXPECT_NEAR(out.mean[0], 5, 1e-9);
}

TEST(AboutAxes, NeedAGridWithSizesAndItsDepths) {
    const auto message = [](const geometry::Readout& readout) {
        return test::message_of<core::InputError>([&] { ShowerObserver(readout, mip, {depths}); });
    };
    EXPECT_THAT(message(geometry::ReadoutGrid{9, 9, 5, 5, 5}), testing::HasSubstr("4 depths of layers"));
    EXPECT_THAT(message(geometry::ReadoutGrid{9, 9, 4, 0, 0}), testing::HasSubstr("no stated size"));
    EXPECT_THAT(message(geometry::ReadoutRings::regular(4, 3, 3, 5)), testing::HasSubstr("4 layers of"));
}

}  // namespace
}  // namespace caloforge::validate
