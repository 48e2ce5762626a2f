#include "validate/shower/EventObservables.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "validate/shower/ShowerTally.hh"

namespace caloforge::validate {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double start_share = 0.05;

// What the formulae below see of a shower.
struct Seen {
    const ShowerObservables& shower;
    double distance = 0;        // sum over the columns of E times the distance from the shower's centre
    double side = 0;            // energy of the columns at the edge of the window
    double largest_column = 0;  // energy

    double share(double energy) const { return energy / shower.deposited; }
};

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

// Share of the first (0), the middle (1) or the last (2) third of the layers.
double third(const Seen& seen, std::size_t which) {
    const auto& layers = seen.shower.layers;
    const auto border = [&](std::size_t thirds) {
        return layers.begin() + static_cast<std::ptrdiff_t>((thirds * layers.size() + 1) / 3);
    };
    return seen.share(std::accumulate(border(which), border(which + 1), 0.0));
}

double count(const Seen& seen, std::size_t threshold) {
    return static_cast<double>(seen.shower.cells_above[threshold]);
}

// An observable of the whole shower.
struct Single {
    const char* name;
    const char* label;  // {}: the unit of lengths
    double (*value)(const Seen&);
    bool of_empty = false;  // an empty shower has it too
    bool whole_numbers = false;
    bool grows = false;  // as a number of things does with the energy
};

constexpr Single singles[] = {
    {"sampling_fraction", "sampling fraction", [](const Seen& s) { return s.shower.fraction; }, true},
    {"maximum_layer", "layer of the maximum",
     [](const Seen& s) { return static_cast<double>(s.shower.maximum_layer); }, false, true},
    {"start", "depth of the first 5 % of the energy [layers]",
     [](const Seen& s) { return depth_of_share(s.shower.layers, start_share * s.shower.deposited); }},
    {"mean_z", "mean depth [layers]", [](const Seen& s) { return s.shower.mean[2]; }},
    {"width_z", "width in depth [layers]", [](const Seen& s) { return s.shower.width[2]; }},
    {"mean_x", "centre in x [{}]", [](const Seen& s) { return s.shower.mean[0]; }},
    {"mean_y", "centre in y [{}]", [](const Seen& s) { return s.shower.mean[1]; }},
    {"width_x", "width in x [{}]", [](const Seen& s) { return s.shower.width[0]; }},
    {"width_y", "width in y [{}]", [](const Seen& s) { return s.shower.width[1]; }},
    {"radius", "mean distance from the shower's centre [{}]",
     [](const Seen& s) { return s.share(s.distance); }},
    {"share_first_third", "share of the first third of the layers",
     [](const Seen& s) { return third(s, 0); }},
    {"share_middle_third", "share of the middle third of the layers",
     [](const Seen& s) { return third(s, 1); }},
    {"share_last_third", "share of the last third of the layers", [](const Seen& s) { return third(s, 2); }},
    {"cells_above_0.1_mip", "cells above 0.1 MIP", [](const Seen& s) { return count(s, 0); }, true, false,
     true},
    {"cells_above_0.3_mip", "cells above 0.3 MIP", [](const Seen& s) { return count(s, 1); }, true, false,
     true},
    {"cells_above_0.5_mip", "cells above 0.5 MIP", [](const Seen& s) { return count(s, 2); }, true, false,
     true},
    {"cells_above_1_mip", "cells above 1 MIP", [](const Seen& s) { return count(s, 3); }, true, false, true},
    {"cells_above_2_mip", "cells above 2 MIP", [](const Seen& s) { return count(s, 4); }, true, false, true},
    {"cells_above_5_mip", "cells above 5 MIP", [](const Seen& s) { return count(s, 5); }, true, false, true},
    {"cells_above_10_mip", "cells above 10 MIP", [](const Seen& s) { return count(s, 6); }, true, false,
     true},
    {"largest_cell_share", "share of the most energetic cell",
     [](const Seen& s) { return s.share(s.shower.largest_cell); }},
    {"largest_column_share", "share of the most energetic column",
     [](const Seen& s) { return s.share(s.largest_column); }},
    {"leakage_back", "share of the last layer",
     [](const Seen& s) { return s.share(s.shower.layers.back()); }},
    {"leakage_side", "share of the outermost columns", [](const Seen& s) { return s.share(s.side); }},
};

Moments x_of(const ShowerObservables& shower, std::size_t z) {
    return moments(shower.layers[z], shower.layer_x[z], shower.layer_xx[z]);
}

Moments y_of(const ShowerObservables& shower, std::size_t z) {
    return moments(shower.layers[z], shower.layer_y[z], shower.layer_yy[z]);
}

// An observable of each layer.
struct PerLayer {
    const char* name;
    const char* label;  // {}: the unit of lengths
    double (*value)(const ShowerObservables&, std::size_t z);
    bool of_empty = false;  // an empty layer has it too
    // The longitudinal profile is its mean, so what is drawn instead is each layer's distribution.
    bool each = false;
};

constexpr PerLayer per_layer[] = {
    {"layer_energy", "energy / incident energy",
     [](const ShowerObservables& s, std::size_t z) { return s.layers[z] / s.incident; }, true, true},
    {"layer_centre_x", "centre in x [{}]",
     [](const ShowerObservables& s, std::size_t z) { return x_of(s, z).mean; }},
    {"layer_centre_y", "centre in y [{}]",
     [](const ShowerObservables& s, std::size_t z) { return y_of(s, z).mean; }},
    {"layer_width_x", "width in x [{}]",
     [](const ShowerObservables& s, std::size_t z) { return x_of(s, z).width; }},
    {"layer_width_y", "width in y [{}]",
     [](const ShowerObservables& s, std::size_t z) { return y_of(s, z).width; }},
};

ObservableList make_list(const ShowerObserver& observer) {
    const auto label = [&](const char* pattern) {
        return fmt::format(fmt::runtime(pattern), observer.length_unit());
    };
    std::vector<ObservableInfo> infos;
    for (const Single& one : singles)
        infos.push_back({one.name, label(one.label), one.whole_numbers, one.grows});
    std::vector<ObservableFamily> families;
    for (const PerLayer& one : per_layer) {
        families.push_back({.name = one.name,
                            .label = label(one.label),
                            .place = "layer",
                            .size = observer.grid().nz,
                            .each = one.each,
                            .means = !one.each});
    }
    ObservableList list(std::move(infos), std::move(families));
    list.content = 0;  // the sampling fraction
    list.word = {"shower", "showers"};
    list.group = "event";
    list.family_group = "layers";
    return list;
}

}  // namespace

EventObservables::EventObservables(const ShowerObserver& observer)
    : Observables(make_list(observer)), observer_(&observer) {
    for (std::size_t column = 0; column < observer.column_x().size(); ++column)
        edge_.push_back(observer.at_edge(column));
}

void EventObservables::fill(const sample::Row& sample, std::span<float> row) const {
    thread_local ShowerObservables shower;  // keeps its arrays
    observer_->observe(sample[sample::showers_name], sample[sample::energy_field.name].front(), shower);
    fill(shower, row);
}

std::unique_ptr<Tally> EventObservables::tally(const Bins& bins) const {
    return std::make_unique<ShowerTally>(*this, bins);
}

void EventObservables::fill(const ShowerObservables& shower, std::span<float> row) const {
    assert(row.size() == list().size());
    Seen seen{shower};
    for (std::size_t column = 0; column < shower.columns.size(); ++column) {
        const double deposit = shower.columns[column];
        if (deposit == 0) continue;
        seen.distance += deposit * std::hypot(observer_->column_x()[column] - shower.mean[0],
                                              observer_->column_y()[column] - shower.mean[1]);
        if (edge_[column]) seen.side += deposit;
        seen.largest_column = std::max(seen.largest_column, deposit);
    }
    auto out = row.begin();
    for (const Single& one : singles)
        *out++ = static_cast<float>(shower.deposited > 0 || one.of_empty ? one.value(seen) : nothing);
    for (const PerLayer& one : per_layer) {
        for (std::size_t z = 0; z < shower.layers.size(); ++z)
            *out++ =
                static_cast<float>(shower.layers[z] > 0 || one.of_empty ? one.value(shower, z) : nothing);
    }
}

}  // namespace caloforge::validate
