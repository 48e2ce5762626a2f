#include "validate/Observables.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "core/Error.hh"

namespace caloforge::validate {
namespace {

std::vector<double> log_edges(double low, double high, std::size_t bins) {
    std::vector<double> edges(bins + 1);
    for (std::size_t i = 0; i <= bins; ++i) {
        edges[i] = low * std::pow(high / low, static_cast<double>(i) / static_cast<double>(bins));
    }
    edges.back() = high;
    return edges;
}

// Distance of column (ix, iy) from the axis in units of the cell width in x.
double distance(const geometry::ReadoutGrid& grid, std::size_t ix, std::size_t iy) {
    const double dx = static_cast<double>(ix) - 0.5 * static_cast<double>(grid.nx - 1);
    const double dy = static_cast<double>(iy) - 0.5 * static_cast<double>(grid.ny - 1);
    // Most files hold no sizes: cells are square then.
    const double aspect = grid.cell_x > 0 && grid.cell_y > 0 ? grid.cell_y / grid.cell_x : 1.0;
    return std::hypot(dx, dy * aspect);
}

}  // namespace

ShowerObserver::ShowerObserver(const geometry::ReadoutGrid& grid, Frame frame, double mip)
    : grid_(grid), frame_(frame) {
    const double threshold = threshold_in_mip * mip;
    if (!(threshold > 0 && threshold < spectrum_top)) {
        throw core::InputError(
            fmt::format("{} GeV is no energy of a minimum-ionising particle (0.1 MIP must lie "
                        "between 0 and {} GeV). Is the value in MeV?",
                        mip, spectrum_top));
    }
    spectrum_edges_ = log_edges(threshold, spectrum_top, spectrum_bins);
    if (frame_ == Frame::cylindrical) return;
    ring_of_column_.reserve(grid.nx * grid.ny);
    for (std::size_t ix = 0; ix < grid.nx; ++ix) {
        for (std::size_t iy = 0; iy < grid.ny; ++iy) {
            ring_of_column_.push_back(static_cast<std::size_t>(distance(grid, ix, iy)));
        }
    }
    rings_ = 1 + *std::max_element(ring_of_column_.begin(), ring_of_column_.end());
}

void ShowerObserver::observe(std::span<const float> cells, double incident, ShowerObservables& out) const {
    assert(cells.size() == grid_.cells());
    assert(incident > 0);
    out.layers.assign(grid_.nz, 0.0);
    out.columns_x.assign(grid_.nx, 0.0);
    out.columns_y.assign(grid_.ny, 0.0);
    out.rings.assign(rings_, 0.0);
    out.spectrum.assign(spectrum_bins, 0);
    out.cells_above = 0;

    const double threshold = spectrum_edges_.front();
    const float* cell = cells.data();
    for (std::size_t ix = 0; ix < grid_.nx; ++ix) {
        for (std::size_t iy = 0; iy < grid_.ny; ++iy, cell += grid_.nz) {
            double column = 0;
            for (std::size_t iz = 0; iz < grid_.nz; ++iz) {
                const double energy = cell[iz];
                if (energy <= 0) continue;
                column += energy;
                out.layers[iz] += energy;
                if (energy <= threshold) continue;
                ++out.cells_above;
                if (energy > spectrum_top) continue;
                // The highest edge belongs to the last bin, so the search leaves it out.
                const auto above =
                    std::upper_bound(spectrum_edges_.begin() + 1, spectrum_edges_.end() - 1, energy);
                ++out.spectrum[static_cast<std::size_t>(above - spectrum_edges_.begin()) - 1];
            }
            out.columns_x[ix] += column;
            out.columns_y[iy] += column;
            if (rings_ > 0) out.rings[ring_of_column_[ix * grid_.ny + iy]] += column;
        }
    }
    out.incident = incident;
    out.deposited = 0;
    for (const double layer : out.layers) out.deposited += layer;
    out.fraction = out.deposited / incident;
    out.maximum_layer =
        static_cast<std::size_t>(std::max_element(out.layers.begin(), out.layers.end()) - out.layers.begin());
}

}  // namespace caloforge::validate
