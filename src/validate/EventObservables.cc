#include "validate/EventObservables.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace caloforge::validate {
namespace {

constexpr float nothing = std::numeric_limits<float>::quiet_NaN();
constexpr double start_share = 0.05;

double sum(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

// Depth at which a share of the energy is reached, layers counted from 0, linear within a layer.
double depth_of_share(std::span<const double> layers, double target) {
    double below = 0;
    for (std::size_t z = 0; z < layers.size(); ++z) {
        if (layers[z] > 0 && below + layers[z] >= target)
            return static_cast<double>(z) + (target - below) / layers[z];
        below += layers[z];
    }
    return static_cast<double>(layers.size());
}

}  // namespace

EventObservables::EventObservables(const ShowerObserver& observer) : observer_(&observer) {
    const std::string unit = fmt::format(" [{}]", observer.length_unit());
    list_ = {{"sampling_fraction", "sampling fraction", ""},
             {"maximum_layer", "layer of the maximum", ""},
             {"start", "depth of the first 5 % of the energy [layers]", ""},
             {"mean_z", "mean depth [layers]", ""},
             {"width_z", "width in depth [layers]", ""},
             {"mean_x", "centre in x" + unit, ""},
             {"mean_y", "centre in y" + unit, ""},
             {"width_x", "width in x" + unit, ""},
             {"width_y", "width in y" + unit, ""},
             {"radius", "mean distance from the shower's centre" + unit, ""},
             {"share_first_third", "share of the first third of the layers", ""},
             {"share_middle_third", "share of the middle third of the layers", ""},
             {"share_last_third", "share of the last third of the layers", ""},
             {"cells_above_0.1_mip", "cells above 0.1 MIP", ""},
             {"cells_above_0.3_mip", "cells above 0.3 MIP", ""},
             {"cells_above_1_mip", "cells above 1 MIP", ""},
             {"largest_cell_share", "share of the most energetic cell", ""},
             {"largest_column_share", "share of the most energetic column", ""},
             {"leakage_back", "share of the last layer", ""},
             {"leakage_side", "share of the outermost columns", ""}};
    event_level_ = list_.size();
    const std::pair<const char*, std::string> families[] = {
        {"layer_energy", "energy / incident energy"}, {"layer_centre_x", "centre in x" + unit},
        {"layer_centre_y", "centre in y" + unit},     {"layer_width_x", "width in x" + unit},
        {"layer_width_y", "width in y" + unit},
    };
    for (const auto& [family, label] : families) {
        for (std::size_t z = 0; z < layers(); ++z) {
            list_.push_back(
                {fmt::format("{}_{:02}", family, z), fmt::format("{}, layer {}", label, z), family});
        }
    }
    for (std::size_t column = 0; column < observer.column_x().size(); ++column)
        edge_.push_back(observer.at_edge(column));
}

std::vector<std::string> EventObservables::names() const {
    std::vector<std::string> out;
    for (const ObservableInfo& info : list_) out.push_back(info.name);
    return out;
}

void EventObservables::fill(const ShowerObservables& shower, std::span<float> row) const {
    assert(row.size() == size());
    fill_event(shower, row.data());
    fill_layers(shower, row.data() + event_level_);
}

void EventObservables::fill_event(const ShowerObservables& shower, float* out) const {
    std::fill_n(out, event_level_, nothing);
    const auto put = [&](double value) { *out++ = static_cast<float>(value); };
    const double energy = shower.deposited;
    put(shower.fraction);
    if (!(energy > 0)) {
        // Empty: it has no shape, but its counts are known.
        out += 12;
        for (const std::size_t count : shower.cells_above) put(static_cast<double>(count));
        return;
    }
    put(static_cast<double>(shower.maximum_layer));
    put(depth_of_share(shower.layers, start_share * energy));
    put(shower.mean[2]);
    put(shower.width[2]);
    put(shower.mean[0]);
    put(shower.mean[1]);
    put(shower.width[0]);
    put(shower.width[1]);

    double distance = 0;
    double side = 0;
    double largest_column = 0;
    for (std::size_t column = 0; column < shower.columns.size(); ++column) {
        const double deposit = shower.columns[column];
        if (deposit == 0) continue;
        distance += deposit * std::hypot(observer_->column_x()[column] - shower.mean[0],
                                         observer_->column_y()[column] - shower.mean[1]);
        if (edge_[column]) side += deposit;
        largest_column = std::max(largest_column, deposit);
    }
    put(distance / energy);
    const std::span<const double> all(shower.layers);
    const std::size_t first = (all.size() + 1) / 3;
    const std::size_t second = (2 * all.size() + 1) / 3;
    put(sum(all.first(first)) / energy);
    put(sum(all.subspan(first, second - first)) / energy);
    put(sum(all.subspan(second)) / energy);
    for (const std::size_t count : shower.cells_above) put(static_cast<double>(count));
    put(shower.largest_cell / energy);
    put(largest_column / energy);
    put(all.back() / energy);
    put(side / energy);
}

void EventObservables::fill_layers(const ShowerObservables& shower, float* out) const {
    const std::size_t nz = layers();
    for (std::size_t iz = 0; iz < nz; ++iz) {
        const double energy = shower.layers[iz];
        out[iz] = static_cast<float>(energy / shower.incident);
        const bool filled = energy > 0;
        const Moments x = filled ? moments(energy, shower.layer_x[iz], shower.layer_xx[iz]) : Moments{};
        const Moments y = filled ? moments(energy, shower.layer_y[iz], shower.layer_yy[iz]) : Moments{};
        out[nz + iz] = filled ? static_cast<float>(x.mean) : nothing;
        out[2 * nz + iz] = filled ? static_cast<float>(y.mean) : nothing;
        out[3 * nz + iz] = filled ? static_cast<float>(x.width) : nothing;
        out[4 * nz + iz] = filled ? static_cast<float>(y.width) : nothing;
    }
}

}  // namespace caloforge::validate
