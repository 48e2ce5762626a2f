#pragma once

#include "validate/calochallenge/FeatureTable.hh"
#include "validate/statistics/FeatureMatrix.hh"

namespace caloforge::validate::calochallenge {

/// What one of the evaluation's classifiers sees, unscaled, for all showers of a set, in order.
///
/// Observables: log10 E_inc, log10 (layer energies + 1e-8), centres and widths in eta and phi / 100, log10
/// (E_tot + 1e-8), sparsities, centres and widths in r / 100: also what the distances are made of.
FeatureMatrix observable_columns(const FeatureTable& table);
/// Cells: log10 E_inc, voxels / E_inc after the cut.
FeatureMatrix cell_columns(const data::ShowerSet& set, double cut, const std::string& what);
/// Cells over their layers' energies: log10 E_inc, voxels / (E_layer + 1e-16), log10 (E_layer + 1e-8). As in
/// evaluate.py the layers' energies are after the cut, the voxels are not.
struct NormedCells {
    FeatureMatrix matrix;
    std::size_t layers_below_cut = 0;  ///< with energy, but all of it below the cut: divided by 1e-16
};
NormedCells normed_cell_columns(const data::ShowerSet& set, const FeatureTable& table,
                                const HighLevelFeatures& features, const std::string& what);

}  // namespace caloforge::validate::calochallenge
