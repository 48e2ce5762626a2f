#pragma once

#include <vector>

#include "data/Normalisation.hh"
#include "data/ShowerDigest.hh"
#include "geometry/Detector.hh"
#include "network/Forge.hh"
#include "network/WeightsFile.hh"

namespace caloforge::family::forge {

/// Whether the showers have such a condition, and not all the same.
bool differs(const data::ShowerDigest& seen, const sample::Field& field);

/// PDG codes of the particles that the showers are made by, where there are several kinds. Throws InputError
/// for more than a network is told of.
std::vector<int> particles_of(const data::ShowerDigest& seen);

/// The options of a forge network of these widths for these showers.
network::ForgeOptions forge_options(const network::ForgeOptions& widths, const geometry::Detector& detector,
                                    const geometry::Readout& readout,
                                    const data::Normalisation& normalisation, const data::ShowerDigest& seen);

/// The same to go on from a model: with the line that its weights were learned with.
network::ForgeOptions forge_options_after(const network::WeightsFile& before, network::ForgeOptions options);

}  // namespace caloforge::family::forge
