#pragma once

#include <string>
#include <vector>

#include "graph/Graph.hh"
#include "network/WeightsFile.hh"

namespace caloforge::graph {

/// The operations of a network as written, one for each layer. `role`: its key in the weights file. Throws
/// InputError naming a layer that is not known here, or one that is larger than memory should hold.
Graph lower(const network::NetworkSpec& spec, const network::WeightsFile& file, const std::string& role);

/// Empty when every layer of a network can be lowered; else the first that cannot, as "name (type)".
std::string unsupported_layer(const network::NetworkSpec& spec);

/// The layer types that can be lowered, sorted.
std::vector<std::string> lowered_types();

}  // namespace caloforge::graph
