#include "validate/calochallenge/Histograms.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caloforge::validate::calochallenge {
namespace {

/// Bins of the evaluation's histograms (evaluate_plotting_helper.py).
constexpr std::size_t response_bins = 100, step_bins = 20, layer_energy_bins = 39, place_bins = 100,
                      sparsity_bins = 20, voxel_bins = 49;
/// Powers of two of the incident energies of data set 1, MeV, the last one an upper end alone.
constexpr int first_step = 8, last_step = 23;
/// From this step on photons, whose response is narrow there, have a narrow histogram.
constexpr int first_narrow_step = 12;

struct Interval {
    double low, high;
};

Interval symmetric(double size) {
    return {-size, size};
}

/// The hadronic layers 12 and 13 of data set 1, and 14 in r, are binned wider.
Interval interval_of(const DataSet& set, Feature feature, int layer) {
    const bool par04 = !set.has_steps();
    const bool wide = layer == 12 || layer == 13;
    switch (feature) {
        case Feature::centre_eta:
        case Feature::centre_phi:
            return symmetric(par04 ? 30 : wide ? 500 : 100);
        case Feature::width_eta:
        case Feature::width_phi:
            return {0, par04 ? 30.0 : wide ? 400.0 : 100.0};
        case Feature::centre_r:
            return {0, par04 ? 42.0 : wide || layer == 14 ? 1500.0 : 500.0};
        case Feature::width_r:
            return {0, par04 ? 20.0 : wide || layer == 14 ? 1500.0 : 500.0};
        default:
            return {0, 1};
    }
}

std::string title_of(Feature feature, int layer) {
    const char* what = "";
    switch (feature) {
        case Feature::layer_energy:
            return fmt::format("energy of layer {} (MeV)", layer);
        case Feature::sparsity:
            return fmt::format("share of voxels without energy, layer {}", layer);
        case Feature::centre_eta:
            what = "centre in eta";
            break;
        case Feature::centre_phi:
            what = "centre in phi";
            break;
        case Feature::centre_r:
            what = "centre in r";
            break;
        case Feature::width_eta:
            what = "width in eta";
            break;
        case Feature::width_phi:
            what = "width in phi";
            break;
        case Feature::width_r:
            what = "width in r";
            break;
    }
    return fmt::format("{}, layer {} (mm)", what, layer);
}

bool is_printed(Feature feature) {
    return feature != Feature::sparsity && feature != Feature::centre_r && feature != Feature::width_r;
}

/// Gives both sets the edges from `cut` to `largest`, or the reason why not.
void set_log_edges(Histogram& histogram, double cut, double largest, std::size_t bins) {
    histogram.logarithmic = true;
    if (largest > cut) {
        histogram.reference = histogram.candidate = Counts(log_edges(cut, largest, bins));
    } else {
        histogram.reason = fmt::format("the reference has nothing above the cut of {:.4g} MeV there", cut);
    }
}

Histogram column_histogram(const DataSet& set, const FeatureTable& reference, const FeatureTable& candidate,
                           std::size_t column) {
    const auto [feature, layer] = reference.columns[column];
    Histogram out{fmt::format("{}_{}", to_string(feature), layer),
                  title_of(feature, layer),
                  to_string(feature),
                  is_printed(feature),
                  false,
                  {},
                  {},
                  ""};
    if (feature == Feature::layer_energy) {
        double largest = 0;
        for (std::size_t i = 0; i < reference.size(); ++i)
            largest = std::max(largest, reference.row(i)[column]);
        set_log_edges(out, set.cut, largest, layer_energy_bins);
    } else {
        const Interval range = interval_of(set, feature, layer);
        out.reference = out.candidate = Counts(
            even_edges(range.low, range.high, feature == Feature::sparsity ? sparsity_bins : place_bins));
    }
    if (!out.reference) return out;
    for (std::size_t i = 0; i < reference.size(); ++i) out.reference->add(reference.row(i)[column]);
    for (std::size_t i = 0; i < candidate.size(); ++i) out.candidate->add(candidate.row(i)[column]);
    return out;
}

/// E_tot / E_inc of the showers with E_inc in [low, high).
Histogram response_histogram(const std::string& name, const std::string& title, Interval bins,
                             std::size_t number, Interval incident, const FeatureTable& reference,
                             const FeatureTable& candidate) {
    Histogram out{name, title, "e_tot_over_e_inc", true, false, {}, {}, ""};
    const auto fill = [&](std::optional<Counts>& counts, const FeatureTable& table) {
        counts = Counts(even_edges(bins.low, bins.high, number));
        for (std::size_t i = 0; i < table.size(); ++i) {
            if (table.incident[i] >= incident.low && table.incident[i] < incident.high)
                counts->add(table.deposited[i] / table.incident[i]);
        }
    };
    fill(out.reference, reference);
    fill(out.candidate, candidate);
    return out;
}

}  // namespace

Outcome Histogram::separation() const {
    if (!reference || !candidate) return {{}, reason};
    return separation_power(*reference, *candidate);
}

std::vector<Histogram> feature_histograms(const DataSet& set, const FeatureTable& reference,
                                          const FeatureTable& candidate) {
    std::vector<Histogram> out;
    out.push_back(response_histogram("e_tot_over_e_inc", "deposited over incident energy", {0.5, 1.5},
                                     response_bins, {0, HUGE_VAL}, reference, candidate));
    for (std::size_t column = 0; column < reference.columns.size(); ++column)
        out.push_back(column_histogram(set, reference, candidate, column));
    if (!set.has_steps()) return out;
    for (int step = first_step; step < last_step; ++step) {
        const bool narrow = set.particle == "photon" && step >= first_narrow_step;
        const double low = std::ldexp(1.0, step);
        out.push_back(response_histogram(fmt::format("e_tot_over_e_inc_at_{:.0f}", low),
                                         fmt::format("deposited over incident energy at {:.0f} MeV", low),
                                         narrow ? Interval{0.9, 1.1} : Interval{0.4, 1.4}, step_bins,
                                         {low, 2 * low}, reference, candidate));
        out.back().group = "e_tot_over_e_inc_at";
    }
    return out;
}

Histogram voxel_histogram(const DataSet& set, double largest_of_reference) {
    Histogram out{"voxel_energy", "energy of the voxels (MeV)", "voxel_energy", true, false, {}, {}, ""};
    set_log_edges(out, set.cut, largest_of_reference, voxel_bins);
    return out;
}

}  // namespace caloforge::validate::calochallenge
