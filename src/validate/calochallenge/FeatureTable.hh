#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "data/ShowerSet.hh"
#include "validate/calochallenge/DataSet.hh"
#include "validate/calochallenge/HighLevelFeatures.hh"
#include "validate/calochallenge/Separation.hh"

namespace caloforge::validate::calochallenge {

/// The high-level features of all showers of a set, float64.
struct FeatureTable {
    std::vector<HighLevelFeatures::Column> columns;
    std::vector<double> incident;   ///< (showers), MeV
    std::vector<double> deposited;  ///< (showers), MeV: all voxels
    std::vector<double> values;     ///< (showers, columns), row-major
    double largest_voxel = 0;       ///< MeV, of all showers

    std::size_t size() const { return incident.size(); }
    std::span<const double> row(std::size_t shower) const {
        return {values.data() + shower * columns.size(), columns.size()};
    }
};

/// Voxels of a shower, MeV, and its incident energy, MeV; the shower's number in its set.
using VisitVoxels = std::function<void(std::span<const double> voxels, double incident, std::size_t shower)>;

/// Calls `visit` for every shower of a set whose energies are read in MeV (open_in_mev), in order. `what`
/// names the work for the progress line.
void for_each_shower(const data::ShowerSet& set, const std::string& what, const VisitVoxels& visit);
/// Sets to zero what is below the cut.
void apply_cut(std::span<double> voxels, double cut);

/// The features of all showers of a set, after the cut. `what` names the set.
FeatureTable feature_table(const data::ShowerSet& set, const HighLevelFeatures& features, double cut,
                           const std::string& what);
/// Adds all voxels of a set, after the cut.
void count_voxels(const data::ShowerSet& set, double cut, const std::string& what, Counts& counts);

}  // namespace caloforge::validate::calochallenge
