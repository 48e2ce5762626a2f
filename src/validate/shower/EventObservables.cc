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
    const CellRuns& cells;

    double share(double energy) const { return energy / shower.deposited; }
    // Of what the cells with x and y hold.
    double placed(double value) const { return shower.placed > 0 ? value : nothing; }
};
using Here = bool (*)(const ShowerObserver&);

bool has_columns(const ShowerObserver& observer) {
    return observer.has_columns() && !observer.about_axes();
}
bool has_places(const ShowerObserver& observer) {
    const auto& placed = observer.cells().placed_layers;
    return std::find(placed.begin(), placed.end(), true) != placed.end();
}
bool has_rings(const ShowerObserver& observer) {
    return observer.frame() == Frame::cylindrical;
}
// Of a grid nothing is listed that earlier versions did not.
bool is_no_grid(const ShowerObserver& observer) {
    return observer.frame() != Frame::cartesian;
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

// Share of the first (0), the middle (1) or the last (2) third of the layers.
double third(const Seen& seen, std::size_t which) {
    const auto& layers = seen.shower.layers;
    const auto border = [&](std::size_t thirds) {
        return layers.begin() + static_cast<std::ptrdiff_t>((thirds * layers.size() + 1) / 3);
    };
    return seen.share(std::accumulate(border(which), border(which + 1), 0.0));
}

Moments radial(const ShowerObservables& shower) {
    return moments(shower.deposited, total_of(shower.layer_r), total_of(shower.layer_rr));
}

double sparsity(const Seen& seen) {
    const auto& hits = seen.shower.layer_hits;
    const auto& cells = seen.cells.cells_in_layer;
    return 1 - static_cast<double>(std::accumulate(hits.begin(), hits.end(), std::size_t{0})) /
                   static_cast<double>(std::accumulate(cells.begin(), cells.end(), std::size_t{0}));
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
    bool grows = false;   // as a number of things does with the energy
    Here here = nullptr;  // for which read-outs; null: for all
};

constexpr Single singles[] = {
    {"sampling_fraction", "sampling fraction", [](const Seen& s) { return s.shower.fraction; }, true},
    {"maximum_layer", "layer of the maximum",
     [](const Seen& s) { return static_cast<double>(s.shower.maximum_layer); }, false, true},
    {"start", "depth of the first 5 % of the energy [layers]",
     [](const Seen& s) { return depth_of_share(s.shower.layers, start_share * s.shower.deposited); }},
    {"mean_z", "mean depth [layers]", [](const Seen& s) { return s.shower.mean[2]; }},
    {"width_z", "width in depth [layers]", [](const Seen& s) { return s.shower.width[2]; }},
    {"mean_x", "centre in x [{}]", [](const Seen& s) { return s.placed(s.shower.mean[0]); }, false, false,
     false, has_places},
    {"mean_y", "centre in y [{}]", [](const Seen& s) { return s.placed(s.shower.mean[1]); }, false, false,
     false, has_places},
    {"width_x", "width in x [{}]", [](const Seen& s) { return s.placed(s.shower.width[0]); }, false, false,
     false, has_places},
    {"width_y", "width in y [{}]", [](const Seen& s) { return s.placed(s.shower.width[1]); }, false, false,
     false, has_places},
    {"radius", "mean distance from the shower's centre [{}]",
     [](const Seen& s) { return s.placed(s.shower.distance / s.shower.placed); }, false, false, false,
     has_places},
    {"mean_r", "mean distance from the axis [{}]", [](const Seen& s) { return radial(s.shower).mean; }, false,
     false, false, has_rings},
    {"width_r", "width in the distance from the axis [{}]",
     [](const Seen& s) { return radial(s.shower).width; }, false, false, false, has_rings},
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
     [](const Seen& s) { return s.share(s.shower.largest_column); }, false, false, false, has_columns},
    {"leakage_back", "share of the last layer",
     [](const Seen& s) { return s.share(s.shower.layers.back()); }},
    {"leakage_side", "share of the outermost columns", [](const Seen& s) { return s.share(s.shower.side); }},
    {"sparsity", "share of the cells without energy", sparsity, true, false, false, is_no_grid},
};

Moments x_of(const ShowerObservables& shower, std::size_t z) {
    return moments(shower.layers[z], shower.layer_x[z], shower.layer_xx[z]);
}

Moments y_of(const ShowerObservables& shower, std::size_t z) {
    return moments(shower.layers[z], shower.layer_y[z], shower.layer_yy[z]);
}

Moments r_of(const ShowerObservables& shower, std::size_t z) {
    return moments(shower.layers[z], shower.layer_r[z], shower.layer_rr[z]);
}

// An observable of each layer.
struct PerLayer {
    const char* name;
    const char* label;  // {}: the unit of lengths
    double (*value)(const Seen&, std::size_t z);
    bool of_empty = false;  // an empty layer has it too
    // The longitudinal profile is its mean, so what is drawn instead is each layer's distribution.
    bool each = false;
    bool of_places = false;  // of the layers whose cells have x and y
    Here here = nullptr;     // for which read-outs; null: for all
};

constexpr PerLayer per_layer[] = {
    {"layer_energy", "energy / incident energy",
     [](const Seen& s, std::size_t z) { return s.shower.layers[z] / s.shower.incident; }, true, true},
    {"layer_centre_x", "centre in x [{}]",
     [](const Seen& s, std::size_t z) { return x_of(s.shower, z).mean; }, false, false, true},
    {"layer_centre_y", "centre in y [{}]",
     [](const Seen& s, std::size_t z) { return y_of(s.shower, z).mean; }, false, false, true},
    {"layer_width_x", "width in x [{}]", [](const Seen& s, std::size_t z) { return x_of(s.shower, z).width; },
     false, false, true},
    {"layer_width_y", "width in y [{}]", [](const Seen& s, std::size_t z) { return y_of(s.shower, z).width; },
     false, false, true},
    {"layer_mean_r", "mean distance from the axis [{}]",
     [](const Seen& s, std::size_t z) { return r_of(s.shower, z).mean; }, false, false, false, has_rings},
    {"layer_width_r", "width in the distance from the axis [{}]",
     [](const Seen& s, std::size_t z) { return r_of(s.shower, z).width; }, false, false, false, has_rings},
    {"layer_sparsity", "share of the cells without energy",
     [](const Seen& s, std::size_t z) {
         return 1 -
                static_cast<double>(s.shower.layer_hits[z]) / static_cast<double>(s.cells.cells_in_layer[z]);
     },
     true, false, false, is_no_grid},
};

bool is_here(Here here, const ShowerObserver& observer) {
    return here == nullptr || here(observer);
}

// The layers that have an observable.
std::vector<std::size_t> layers_of(const PerLayer& one, const CellRuns& cells) {
    std::vector<std::size_t> out;
    for (std::size_t z = 0; z < cells.layers(); ++z) {
        if (cells.cells_in_layer[z] > 0 && (!one.of_places || cells.placed_layers[z])) out.push_back(z);
    }
    return out;
}

ObservableList make_list(const ShowerObserver& observer) {
    const auto label = [&](const char* pattern) {
        return fmt::format(fmt::runtime(pattern), observer.length_unit());
    };
    std::vector<ObservableInfo> infos;
    for (const Single& one : singles) {
        if (is_here(one.here, observer))
            infos.push_back({one.name, label(one.label), one.whole_numbers, one.grows});
    }
    std::vector<ObservableFamily> families;
    for (const PerLayer& one : per_layer) {
        const std::vector<std::size_t> layers = layers_of(one, observer.cells());
        if (layers.empty() || !is_here(one.here, observer)) continue;
        families.push_back({.name = one.name,
                            .label = label(one.label),
                            .place = "layer",
                            .size = layers.size(),
                            .places = layers,
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
    : Observables(make_list(observer)), observer_(&observer) {}

void EventObservables::fill(const sample::Row& sample, std::span<float> row) const {
    thread_local ShowerObservables shower;  // keeps its arrays
    observer_->observe(sample, shower);
    fill(shower, row);
}

std::unique_ptr<Tally> EventObservables::tally(const Bins& bins, const std::vector<Slicing>& slicings) const {
    return std::make_unique<ShowerTally>(*this, bins, slicings);
}

void EventObservables::fill(const ShowerObservables& shower, std::span<float> row) const {
    assert(row.size() == list().size());
    const Seen seen{shower, observer_->cells()};
    auto out = row.begin();
    for (const Single& one : singles) {
        if (is_here(one.here, *observer_))
            *out++ = static_cast<float>(shower.deposited > 0 || one.of_empty ? one.value(seen) : nothing);
    }
    for (const PerLayer& one : per_layer) {
        if (!is_here(one.here, *observer_)) continue;
        for (std::size_t z = 0; z < shower.layers.size(); ++z) {
            if (seen.cells.cells_in_layer[z] == 0 || (one.of_places && !seen.cells.placed_layers[z]))
                continue;
            *out++ = static_cast<float>(shower.layers[z] > 0 || one.of_empty ? one.value(seen, z) : nothing);
        }
    }
}

}  // namespace caloforge::validate
