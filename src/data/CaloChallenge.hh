#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "geometry/Readout.hh"

namespace caloforge::data {

/// The cells of the public data sets 2 and 3; none for other numbers of voxels.
geometry::Readout known_calochallenge_readout(std::size_t voxels);

/// The cells that one part of a binning XML of the CaloChallenge (or of FastCaloGAN) describes.
struct Binning {
    std::string particle;  ///< as the file names it: "photon", "22"
    geometry::Readout readout;
};

/// All parts of a binning XML: `Bins/Particle[@name]/Layer[@id,@r_edges,@n_bin_alpha]`, with `Bin` between
/// the last two or not. Layers with one edge hold no voxels. Throws InputError naming file and line.
std::vector<Binning> read_binning(const std::filesystem::path& path);

/// The part with that many voxels. Throws InputError when there is none, or several that differ.
geometry::Readout find_binning(const std::filesystem::path& binning, std::size_t voxels);

}  // namespace caloforge::data
