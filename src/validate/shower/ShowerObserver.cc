#include "validate/shower/ShowerObserver.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
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

Frame frame_of(const geometry::Readout& readout) {
    return readout.grid() ? Frame::cartesian : readout.rings() ? Frame::cylindrical : Frame::listed;
}

// Index of the bin of equal width that holds a value; the number of bins outside.
std::size_t place_among(double value, const std::vector<double>& edges) {
    const double place = (value - edges.front()) / (edges[1] - edges[0]);
    const auto bins = static_cast<double>(edges.size() - 1);
    return place >= 0 && place < bins ? static_cast<std::size_t>(place) : edges.size() - 1;
}

// Mean index and variance of planes of cells.
Moments plane_moments(const std::vector<double>& planes) {
    double first = 0, second = 0;
    for (std::size_t i = 0; i < planes.size(); ++i) {
        const auto index = static_cast<double>(i);
        first += index * planes[i];
        second += index * index * planes[i];
    }
    return moments(total_of(planes), first, second);
}

}  // namespace

double total_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

Moments moments(double energy, double first, double second) {
    const double mean = first / energy;
    return {mean, std::sqrt(std::max(0.0, second / energy - mean * mean))};
}

ShowerObserver::ShowerObserver(const geometry::Readout& readout, double mip, AxisChoice axis)
    : runs_(lay_out(readout)),
      frame_(frame_of(readout)),
      axis_(std::move(axis)),
      cell_count_(readout.cells()),
      has_columns_(readout.extents().has_value()) {
    for (std::size_t i = 0; i < thresholds_.size(); ++i) thresholds_[i] = count_thresholds[i] * mip;
    const double threshold = thresholds_.front();
    if (!(threshold > 0 && threshold < spectrum_top)) {
        throw core::InputError(
            fmt::format("{} GeV is no energy of a minimum-ionising particle (0.1 MIP must lie "
                        "between 0 and {} GeV). Is the value in MeV?",
                        mip, spectrum_top));
    }
    if (about_axes() &&
        (frame_ != Frame::cartesian || !runs_.sized || axis_.depths.size() != runs_.layers())) {
        throw core::InputError(
            fmt::format("{} depths of layers do not suit showers of {} with {} (a depth for each layer of a "
                        "grid with sizes is wanted). Are they of another detector?",
                        axis_.depths.size(), readout.text(), readout.size_text()));
    }
    spectrum_edges_ = log_edges(threshold, spectrum_top, spectrum_bins);
}

void ShowerObserver::clear(ShowerObservables& out) const {
    for (auto* layers :
         {&out.layers, &out.layer_x, &out.layer_y, &out.layer_xx, &out.layer_yy, &out.layer_r, &out.layer_rr})
        layers->assign(runs_.layers(), 0.0);
    for (auto* layers : {&out.layer_hits, &out.layer_cells}) layers->assign(runs_.layers(), 0);
    out.columns.assign(runs_.runs.size(), 0.0);
    out.columns_x.assign(runs_.across.bins(), 0.0);
    out.columns_y.assign(runs_.along.bins(), 0.0);
    out.rings.assign(runs_.radial.bins(), 0.0);
    out.spectrum.assign(spectrum_bins, 0);
    out.cells_above = {};
    out.largest_cell = 0;
}

void ShowerObserver::count(double energy, std::size_t layer, ShowerObservables& out) const {
    out.largest_cell = std::max(out.largest_cell, energy);
    ++out.layer_hits[layer];
    if (energy <= thresholds_.front()) return;
    ++out.layer_cells[layer];
    for (std::size_t t = 0; t < thresholds_.size(); ++t) out.cells_above[t] += energy > thresholds_[t];
    if (energy > spectrum_top) return;
    // The highest edge belongs to the last bin, so the search leaves it out.
    const auto above = std::upper_bound(spectrum_edges_.begin() + 1, spectrum_edges_.end() - 1, energy);
    ++out.spectrum[static_cast<std::size_t>(above - spectrum_edges_.begin()) - 1];
}

// One run of cells along z. Most of a shower's are empty or nearly so.
void ShowerObserver::add_run(std::span<const float> cells, std::size_t number, ShowerObservables& out) const {
    const CellRun& run = runs_.runs[number];
    const float* cell = cells.data() + run.first;
    const double x = run.x;
    const double y = run.y;
    double sum = 0;
    for (std::size_t i = 0; i < run.layers; ++i) {
        const double energy = cell[i * run.step];
        if (energy <= 0) continue;
        const std::size_t iz = run.layer + i;
        sum += energy;
        out.layers[iz] += energy;
        if (run.placed) {
            out.layer_x[iz] += energy * x;
            out.layer_y[iz] += energy * y;
            out.layer_xx[iz] += energy * x * x;
            out.layer_yy[iz] += energy * y * y;
        }
        if (frame_ == Frame::cylindrical) {
            out.layer_r[iz] += energy * run.r;
            out.layer_rr[iz] += energy * run.r * run.r;
        }
        count(energy, iz, out);
    }
    if (sum == 0) return;
    out.columns[number] = sum;
    for (const BinShare& bin : runs_.of(run.across)) out.columns_x[bin.bin] += sum * bin.share;
    for (const BinShare& bin : runs_.of(run.along)) out.columns_y[bin.bin] += sum * bin.share;
    for (const BinShare& bin : runs_.of(run.radial)) out.rings[bin.bin] += sum * bin.share;
}

// Every cell by where it lies beside the axis in its layer.
void ShowerObserver::observe_about(std::span<const float> cells, const std::array<double, 2>& direction,
                                   const std::array<double, 2>& impact, ShowerObservables& out) const {
    const double slope = std::tan(direction[0]);
    const double slope_x = slope * std::cos(direction[1]), slope_y = slope * std::sin(direction[1]);
    const std::array<double, 2> start = axis_.impact ? impact : std::array<double, 2>{};
    out.planes_x.assign(runs_.across.bins(), 0.0);
    out.planes_y.assign(runs_.along.bins(), 0.0);
    out.deposits.clear();
    for (std::size_t number = 0; number < runs_.runs.size(); ++number) {
        const CellRun& run = runs_.runs[number];
        double sum = 0;
        for (std::size_t iz = 0; iz < run.layers; ++iz) {
            const double energy = cells[run.first + iz];
            if (energy <= 0) continue;
            const double x = run.x - start[0] - axis_.depths[iz] * slope_x;
            const double y = run.y - start[1] - axis_.depths[iz] * slope_y;
            sum += energy;
            out.layers[iz] += energy;
            out.layer_x[iz] += energy * x;
            out.layer_y[iz] += energy * y;
            out.layer_xx[iz] += energy * x * x;
            out.layer_yy[iz] += energy * y * y;
            const auto add = [energy](double value, const ProfileAxis& axis, std::vector<double>& bins) {
                if (const std::size_t bin = place_among(value, axis.edges); bin < bins.size())
                    bins[bin] += energy;
            };
            add(x, runs_.across, out.columns_x);
            add(y, runs_.along, out.columns_y);
            add(std::hypot(x, y) / runs_.pitch_x, runs_.radial, out.rings);
            out.deposits.push_back({energy, x, y});
            count(energy, iz, out);
        }
        if (sum == 0) continue;
        out.columns[number] = sum;
        out.planes_x[runs_.of(run.across).front().bin] += sum;
        out.planes_y[runs_.of(run.along).front().bin] += sum;
    }
}

void ShowerObserver::observe(const sample::Row& shower, ShowerObservables& out) const {
    std::array<double, 2> direction{}, impact{};
    if (about_axes()) {
        const auto angles = shower[sample::direction_field.name];
        std::copy(angles.begin(), angles.end(), direction.begin());
        const auto point = shower[sample::impact_field.name];
        std::copy(point.begin(), point.end(), impact.begin());
    }
    observe(shower[sample::showers_name], shower[sample::energy_field.name].front(), out, direction, impact);
}

void ShowerObserver::observe(std::span<const float> cells, double incident, ShowerObservables& out,
                             std::array<double, 2> direction, std::array<double, 2> impact) const {
    assert(cells.size() == cell_count_);
    assert(incident > 0);
    clear(out);
    if (about_axes()) {
        observe_about(cells, direction, impact, out);
    } else {
        for (std::size_t run = 0; run < runs_.runs.size(); ++run) add_run(cells, run, out);
    }
    out.incident = incident;
    out.deposited = 0;
    for (const double layer : out.layers) out.deposited += layer;
    out.fraction = out.deposited / incident;
    out.maximum_layer =
        static_cast<std::size_t>(std::max_element(out.layers.begin(), out.layers.end()) - out.layers.begin());
    add_moments(out);
    add_columns(out);
}

void ShowerObserver::add_moments(ShowerObservables& out) const {
    out.mean = {};
    out.width = {};
    out.placed = 0;
    double first = 0;
    double second = 0;
    for (std::size_t z = 0; z < out.layers.size(); ++z) {
        const auto depth = static_cast<double>(z);
        first += depth * out.layers[z];
        second += depth * depth * out.layers[z];
        if (runs_.placed_layers[z]) out.placed += out.layers[z];
    }
    const auto put = [&](std::size_t axis, const Moments& found) {
        out.mean[axis] = found.mean;
        out.width[axis] = found.width;
    };
    if (out.placed > 0) {
        put(0, moments(out.placed, total_of(out.layer_x), total_of(out.layer_xx)));
        put(1, moments(out.placed, total_of(out.layer_y), total_of(out.layer_yy)));
    }
    if (out.deposited > 0) put(2, moments(out.deposited, first, second));
}

void ShowerObserver::add_columns(ShowerObservables& out) const {
    out.distance = out.side = out.largest_column = 0;
    for (std::size_t number = 0; number < out.columns.size(); ++number) {
        const double deposit = out.columns[number];
        if (deposit == 0) continue;
        const CellRun& run = runs_.runs[number];
        if (run.placed && !about_axes())
            out.distance += deposit * std::hypot(run.x - out.mean[0], run.y - out.mean[1]);
        if (run.edge) out.side += deposit;
        out.largest_column = std::max(out.largest_column, deposit);
    }
    if (!about_axes()) return;
    for (const auto& [energy, x, y] : out.deposits)
        out.distance += energy * std::hypot(x - out.mean[0], y - out.mean[1]);
}

std::array<double, 6> ShowerObserver::index_moments(const ShowerObservables& shower) const {
    std::array<double, 6> out{};
    const std::array<double, 3> pitch = {runs_.pitch_x, runs_.pitch_y, 1.0};
    const std::array<double, 3> middle = {0.5 * static_cast<double>(runs_.across.bins() - 1),
                                          0.5 * static_cast<double>(runs_.along.bins() - 1), 0};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double width = shower.width[axis] / pitch[axis];
        out[2 * axis] = shower.mean[axis] / pitch[axis] + middle[axis];
        out[2 * axis + 1] = width * width;
    }
    if (!about_axes()) return out;
    // The window's planes, whatever the axis.
    for (const std::size_t axis : {0U, 1U}) {
        const Moments found = plane_moments(axis == 0 ? shower.planes_x : shower.planes_y);
        out[2 * axis] = found.mean;
        out[2 * axis + 1] = found.width * found.width;
    }
    return out;
}

}  // namespace caloforge::validate
