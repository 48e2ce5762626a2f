#pragma once

#include <vector>

#include "data/ShowerSet.hh"
#include "geometry/Detector.hh"
#include "validate/Comparison.hh"
#include "validate/shower/ShowerBinning.hh"

namespace caloforge::validate {

struct ShowerCompareOptions : CompareOptions {
    ShowerCompareOptions() {
        binning = incident_energy();
        classifiers = {"observables", "cells"};
    }

    double mip = 0.145e-3;  ///< most probable muon deposit, GeV; changes the figures
    /// Whose layers the cells are, so that inclined showers are seen about their axes; null: nobody knows.
    /// Has to outlive the comparison's construction.
    const geometry::Detector* detector = nullptr;
    std::vector<double> theta_edges = {0, 5, 10, 15, 20, 30, 45, 60, 90};  ///< degrees
};

/// Two sets of showers of one read-out, compared by the event-level observables and by what their sums tell,
/// in bins of the incident energy, of theta and by particle (share_conditions, slicings_of and axis_of say
/// when). Throws InputError also for different read-outs, naming the bins.
/// `training`: the showers that the candidate's model learned from, or null.
Comparison compare_showers(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                           const ShowerCompareOptions& options = {},
                           const data::ShowerSet* training = nullptr);

}  // namespace caloforge::validate
