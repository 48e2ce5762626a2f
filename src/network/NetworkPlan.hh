#pragma once

#include <map>
#include <string>
#include <vector>

#include "network/LayerTypes.hh"

namespace caloforge::network {

/// A NetworkSpec whose shapes have been followed from the inputs to the outputs: proof that it is a network.
struct NetworkPlan {
    struct Step {
        const Layer* layer;  ///< into the spec that was planned, which must outlive the plan
        LayerPlan plan;      ///< without tensors where the layer uses another's
    };
    std::vector<Step> steps;              ///< in the order of the layers
    std::map<std::string, Shape> shapes;  ///< of every input port and layer, without the batch axis

    std::int64_t trainable_parameters() const;
    /// Multiply-adds per sample as written; the largest 64-bit number when there are more.
    std::int64_t macs() const;
};

/// Throws InputError naming the layer: unknown types, names used twice, not yet defined or with other
/// characters than letters, digits, _ and -, tensors of a layer that has others, shapes that do not fit,
/// outputs that no layer makes or that have another shape than stated.
NetworkPlan plan_network(const NetworkSpec& spec);

}  // namespace caloforge::network
