#include "validate/shower/ShowerObserver.hh"

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

}  // namespace
}  // namespace caloforge::validate
