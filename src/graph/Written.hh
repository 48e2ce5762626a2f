#pragma once

#include <string>

#include "graph/Graph.hh"
#include "network/WeightsFile.hh"

namespace caloforge::graph {

/// A graph as a NetworkSpec with its tensors. `file`, `role`: of the network that it was lowered from. A
/// convolution of a repeated input becomes one convolution of the coarse cells with a filter for every phase,
/// whose results are then interleaved. Ports and random layers keep their names.
///
/// Returns a copy of `file` with the network `role` and its tensors replaced (and no other network), or as it
/// was when a layer would become larger than a network may state (doc/format/network.md).
network::WeightsFile written(const Graph& graph, const network::WeightsFile& file, const std::string& role);

}  // namespace caloforge::graph
