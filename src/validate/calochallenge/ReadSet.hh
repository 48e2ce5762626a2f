#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/ShowerSet.hh"
#include "validate/calochallenge/DataSet.hh"
#include "validate/calochallenge/FeatureTable.hh"

namespace caloforge::validate::calochallenge {

inline constexpr double mev_per_gev = 1000;

/// How one of the two sets is read.
struct ReadAs {
    std::string name = "reference";  ///< what messages call the set
    /// File values / this = GeV, of the voxels and of the incident energies. 0: the files are in MeV.
    double scale = 0, energy_scale = 0;
    std::string scale_name = "the scale", energy_scale_name = "the energy scale";  ///< what states them
    double cells_per_gev() const { return scale > 0 ? scale : mev_per_gev; }
    double incident_per_gev() const { return energy_scale > 0 ? energy_scale : cells_per_gev(); }
    std::filesystem::path binning;  ///< XML; empty: as the files say, or as the number of voxels tells
};

/// Opens a set whose batches hold MeV, nothing of them cut away. Throws InputError for files of another
/// layout, damaged ones, and a binning that contradicts what they state themselves.
data::ShowerSet open_in_mev(const std::vector<std::string>& patterns, const ReadAs& how);

/// Both sets' data set. Throws InputError where they are of different ones, or binned differently.
const DataSet& common_data_set(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                               const ReadAs& as_reference, const ReadAs& as_candidate);

/// Throws InputError, UnitError where a unit seems to be another, when the figures of two sets would mean
/// nothing: incident energies outside of the data set's by a factor, fixed ones beside a spectrum, no energy
/// at all, deposits that differ by a factor of a thousand. Warns of what only makes them hard to compare.
void check_comparable(const DataSet& set, const FeatureTable& reference, const FeatureTable& candidate,
                      const ReadAs& as_reference, const ReadAs& as_candidate);

}  // namespace caloforge::validate::calochallenge
