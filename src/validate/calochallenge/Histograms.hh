#pragma once

#include <optional>
#include <string>
#include <vector>

#include "validate/calochallenge/FeatureTable.hh"
#include "validate/calochallenge/Separation.hh"

namespace caloforge::validate::calochallenge {

/// One of the evaluation's histograms, of both sets.
struct Histogram {
    std::string name;   ///< "layer_energy_0", "e_tot_over_e_inc", "voxel_energy"
    std::string title;  ///< with its unit in brackets: "energy of layer 0 (MeV)"
    std::string group;  ///< what those of several layers or energies have in common: "layer_energy"
    bool printed;  ///< evaluate.py fills it; of the others it holds binning and drawing, but never calls them
    bool logarithmic;                            ///< edges of equal ratio
    std::optional<Counts> reference, candidate;  ///< of the same edges; none where no edges can be made
    std::string reason;                          ///< why there are none

    /// The separation power, or why there is none.
    Outcome separation() const;
};

/// All histograms but that of the voxels. Edges of the layers' energies reach from the cut to the reference's
/// largest; all others are fixed.
std::vector<Histogram> feature_histograms(const DataSet& set, const FeatureTable& reference,
                                          const FeatureTable& candidate);
/// That of the voxels, still empty: it is filled while the sets are read once more.
Histogram voxel_histogram(const DataSet& set, double largest_of_reference);

}  // namespace caloforge::validate::calochallenge
