#pragma once

#include <string>

#include "engine/Graph.hh"
#include "network/WeightsFile.hh"

namespace caloforge::engine {

/// The network that the engine's passes make, as a NetworkSpec with its tensors: what other runtimes run
/// faster than the network as written. A convolution of a repeated input becomes one convolution of the
/// coarse cells with a filter for every phase, whose results are then interleaved. Agrees with the network as
/// written within 1e-4 of the largest cell.
///
/// Returns a copy of `file` with the network `role` and its tensors replaced (and no other network); input,
/// random layers and output keep their names. A network of which a layer would become larger than a network
/// may state (doc/format/network.md) comes back as written. Throws as lower() does.
network::WeightsFile rewritten(const network::WeightsFile& file, const std::string& role);

}  // namespace caloforge::engine
