#pragma once

#include <string>

#include "graph/FoldedDense.hh"
#include "network/WeightsFile.hh"

namespace caloforge::engine::cpu {

/// The sums of the graph's rewriting, taken in vector registers.
void sum_taps(const graph::TapSums& sums);

/// The network that the engine's passes make, as a NetworkSpec with its tensors (graph/Written.hh): what
/// other runtimes run faster than the network as written. Agrees with it within 1e-4 of the largest cell.
/// Throws as graph::lower() does.
network::WeightsFile rewritten(const network::WeightsFile& file, const std::string& role);

}  // namespace caloforge::engine::cpu
