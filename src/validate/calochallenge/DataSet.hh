#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "geometry/Readout.hh"

/// The CaloChallenge's own evaluation (`code/evaluate.py` of github.com/CaloChallenge/homepage;
/// arXiv:2410.21611), computed here from its settings and formulae, so that its figures can be compared with
/// published ones. Energies are in MeV and lengths in mm throughout this folder, as that program has them.
namespace caloforge::validate::calochallenge {

/// One of the challenge's data sets, and what the evaluation sets for it.
struct DataSet {
    std::string name;      ///< as `evaluate.py --dataset` has it: "1-photons", "1-pions", "2", "3"
    std::string particle;  ///< as the binning XML names it
    std::size_t voxels = 0;
    double cut = 0;            ///< voxels below count as zero
    double lowest_energy = 0;  ///< incident, of the public files
    double highest_energy = 0;
    /// Showers of each set for training, for choosing the epoch and calibrating, and for the figures; where a
    /// set holds all of them.
    std::array<std::size_t, 3> split{};

    /// Incident energies come in powers of two, each compared by itself.
    bool has_steps() const { return name.starts_with('1'); }
    bool operator==(const DataSet&) const = default;
};

const std::vector<DataSet>& data_sets();

/// The one with so many voxels. Throws InputError listing what there is; `what` says whose voxels they are.
const DataSet& find_data_set(std::size_t voxels, const std::string& what);

/// The layers of a data set: those of a read-out that states lengths, else those of the public binning file,
/// which for data sets 2 and 3 is a line. Throws InputError when the read-out has other cells than the data
/// set, or states no lengths where layers differ.
geometry::ReadoutRings binning_of(const DataSet& set, const geometry::Readout& readout);

}  // namespace caloforge::validate::calochallenge
