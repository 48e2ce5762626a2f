#pragma once

#include "data/ShowerSet.hh"
#include "validate/Comparison.hh"
#include "validate/shower/ShowerBinning.hh"

namespace caloforge::validate {

struct ShowerCompareOptions : CompareOptions {
    ShowerCompareOptions() {
        binning = incident_energy();
        classifiers = {"observables", "cells"};
    }

    double mip = 0.145e-3;  ///< most probable muon deposit, GeV; changes the figures
};

/// Two sets of showers of one grid, compared by the event-level observables and by what their sums tell, in
/// bins of the incident energy. Throws InputError also for different grids.
/// `training`: the showers that the candidate's model learned from, or null.
Comparison compare_showers(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                           const ShowerCompareOptions& options = {},
                           const data::ShowerSet* training = nullptr);

}  // namespace caloforge::validate
