#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/Graph.hh"

namespace caloforge::engine {

/// Fills in what a layer without tensors or functions does: elements moved, summed, spread or put beside each
/// other, as lists of indices. The operation has its shape already; the shapes are those of its inputs.
using IndexMaker = std::function<void(const network::Layer&, const std::vector<network::Shape>&, Operation&)>;

/// By layer type.
const std::map<std::string, IndexMaker>& index_makers();

}  // namespace caloforge::engine
