#include "validate/shower/ShowerObserver.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <numeric>

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

double sum(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

double centred(std::size_t i, std::size_t n) {
    return static_cast<double>(i) - 0.5 * static_cast<double>(n - 1);
}

geometry::ReadoutGrid extents_of(const geometry::Readout& readout) {
    if (const auto extents = readout.extents()) return *extents;
    throw core::InputError(
        fmt::format("showers of {} cannot be compared (Cartesian cells, or rings that are alike in all "
                    "layers, are wanted). Compare files of the CaloChallenge's data set 1 with `validate "
                    "--as calochallenge`?",
                    readout.text()));
}

}  // namespace

Moments moments(double energy, double first, double second) {
    const double mean = first / energy;
    return {mean, std::sqrt(std::max(0.0, second / energy - mean * mean))};
}

ShowerObserver::ShowerObserver(const geometry::Readout& readout, double mip)
    : grid_(extents_of(readout)),
      frame_(readout.grid() ? Frame::cartesian : Frame::cylindrical),
      sized_(frame_ == Frame::cartesian && grid_.cell_x > 0 && grid_.cell_y > 0) {
    for (std::size_t i = 0; i < thresholds_.size(); ++i) thresholds_[i] = count_thresholds[i] * mip;
    const double threshold = thresholds_.front();
    if (!(threshold > 0 && threshold < spectrum_top)) {
        throw core::InputError(
            fmt::format("{} GeV is no energy of a minimum-ionising particle (0.1 MIP must lie "
                        "between 0 and {} GeV). Is the value in MeV?",
                        mip, spectrum_top));
    }
    spectrum_edges_ = log_edges(threshold, spectrum_top, spectrum_bins);
    // Most files hold no sizes: cells are square then, and one wide.
    const geometry::ReadoutGrid& grid = grid_;
    const double pitch_x = sized_ ? grid.cell_x : 1.0;
    const double pitch_y = sized_ ? grid.cell_y : 1.0;
    for (std::size_t ix = 0; ix < grid.nx; ++ix) {
        for (std::size_t iy = 0; iy < grid.ny; ++iy) {
            if (frame_ == Frame::cylindrical) {
                const double r = static_cast<double>(ix) + 0.5;
                const double alpha =
                    2 * std::numbers::pi * (static_cast<double>(iy) + 0.5) / static_cast<double>(grid.ny);
                column_x_.push_back(r * std::cos(alpha));
                column_y_.push_back(r * std::sin(alpha));
                ring_of_column_.push_back(ix);
            } else {
                column_x_.push_back(centred(ix, grid.nx) * pitch_x);
                column_y_.push_back(centred(iy, grid.ny) * pitch_y);
                // In whole numbers and ratios of pitches, so that a distance of two cells is in ring two.
                ring_of_column_.push_back(static_cast<std::size_t>(
                    std::hypot(centred(ix, grid.nx), centred(iy, grid.ny) * (pitch_y / pitch_x))));
            }
        }
    }
    rings_ = 1 + *std::max_element(ring_of_column_.begin(), ring_of_column_.end());
}

bool ShowerObserver::at_edge(std::size_t column) const {
    const std::size_t ix = column / grid_.ny;
    const std::size_t iy = column % grid_.ny;
    if (frame_ == Frame::cylindrical) return ix + 1 == grid_.nx;
    return ix == 0 || iy == 0 || ix + 1 == grid_.nx || iy + 1 == grid_.ny;
}

// One run of cells along z. Most columns of a shower are empty or nearly so.
void ShowerObserver::add_column(std::span<const float> cells, std::size_t column,
                                ShowerObservables& out) const {
    // Layers lie next to each other in a grid, and behind each other in cylindrical cells.
    const bool grid = frame_ == Frame::cartesian;
    const std::size_t step = grid ? 1 : grid_.nx * grid_.ny;
    const float* cell =
        cells.data() + (grid ? column * grid_.nz : column % grid_.ny * grid_.nx + column / grid_.ny);
    const double x = column_x_[column];
    const double y = column_y_[column];
    double sum = 0;
    for (std::size_t iz = 0; iz < grid_.nz; ++iz) {
        const double energy = cell[iz * step];
        if (energy <= 0) continue;
        sum += energy;
        out.largest_cell = std::max(out.largest_cell, energy);
        out.layers[iz] += energy;
        out.layer_x[iz] += energy * x;
        out.layer_y[iz] += energy * y;
        out.layer_xx[iz] += energy * x * x;
        out.layer_yy[iz] += energy * y * y;
        if (energy <= thresholds_.front()) continue;
        for (std::size_t t = 0; t < thresholds_.size(); ++t) out.cells_above[t] += energy > thresholds_[t];
        if (energy > spectrum_top) continue;
        // The highest edge belongs to the last bin, so the search leaves it out.
        const auto above = std::upper_bound(spectrum_edges_.begin() + 1, spectrum_edges_.end() - 1, energy);
        ++out.spectrum[static_cast<std::size_t>(above - spectrum_edges_.begin()) - 1];
    }
    if (sum == 0) return;
    out.columns[column] = sum;
    out.columns_x[column / grid_.ny] += sum;
    out.columns_y[column % grid_.ny] += sum;
    out.rings[ring_of_column_[column]] += sum;
}

void ShowerObserver::observe(std::span<const float> cells, double incident, ShowerObservables& out) const {
    assert(cells.size() == grid_.cells());
    assert(incident > 0);
    for (auto* layers : {&out.layers, &out.layer_x, &out.layer_y, &out.layer_xx, &out.layer_yy})
        layers->assign(grid_.nz, 0.0);
    out.columns.assign(grid_.nx * grid_.ny, 0.0);
    out.columns_x.assign(grid_.nx, 0.0);
    out.columns_y.assign(grid_.ny, 0.0);
    out.rings.assign(rings_, 0.0);
    out.spectrum.assign(spectrum_bins, 0);
    out.cells_above = {};
    out.largest_cell = 0;
    for (std::size_t column = 0; column < out.columns.size(); ++column) add_column(cells, column, out);
    out.incident = incident;
    out.deposited = 0;
    for (const double layer : out.layers) out.deposited += layer;
    out.fraction = out.deposited / incident;
    out.maximum_layer =
        static_cast<std::size_t>(std::max_element(out.layers.begin(), out.layers.end()) - out.layers.begin());
    add_moments(out);
}

void ShowerObserver::add_moments(ShowerObservables& out) {
    out.mean = {};
    out.width = {};
    const double energy = out.deposited;
    if (!(energy > 0)) return;
    double first = 0;
    double second = 0;
    for (std::size_t z = 0; z < out.layers.size(); ++z) {
        const auto depth = static_cast<double>(z);
        first += depth * out.layers[z];
        second += depth * depth * out.layers[z];
    }
    const std::array axes = {moments(energy, sum(out.layer_x), sum(out.layer_xx)),
                             moments(energy, sum(out.layer_y), sum(out.layer_yy)),
                             moments(energy, first, second)};
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
        out.mean[axis] = axes[axis].mean;
        out.width[axis] = axes[axis].width;
    }
}

std::array<double, 6> ShowerObserver::index_moments(const ShowerObservables& shower) const {
    const std::array<double, 3> pitch = {sized_ ? grid_.cell_x : 1.0, sized_ ? grid_.cell_y : 1.0, 1.0};
    const std::array<double, 3> middle = {centred(grid_.nx - 1, grid_.nx), centred(grid_.ny - 1, grid_.ny),
                                          0};
    std::array<double, 6> out{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double width = shower.width[axis] / pitch[axis];
        out[2 * axis] = shower.mean[axis] / pitch[axis] + middle[axis];
        out[2 * axis + 1] = width * width;
    }
    return out;
}

}  // namespace caloforge::validate
