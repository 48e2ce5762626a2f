#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "graph/Operation.hh"
#include "network/WeightsFile.hh"

/// The parts of lower(), for it alone.
namespace caloforge::graph {

/// A layer that becomes an operation.
struct Lowering {
    const network::Layer& layer;
    const std::vector<sample::Shape>& inputs;  ///< their shapes
    const network::WeightsFile& file;
    std::string prefix;  ///< of its tensors

    std::vector<float> tensor(const char* role) const;
    template <class T>
    T parameter(const char* key) const {
        return layer.parameters.at(key).get<T>();
    }
};

/// Says what the operation does; it has its shape already.
using Maker = std::function<void(const Lowering&, Operation&)>;
/// By layer type.
using Makers = std::map<std::string, Maker>;

/// Layers with tensors, random numbers and constants.
Makers tensor_makers();
/// Elements moved, summed, spread or put beside each other, as lists of indices.
Makers index_makers();
/// Functions of single numbers: every row of network/PointwiseLayers.hh.
Makers pointwise_makers();

}  // namespace caloforge::graph
