#pragma once

#include <string>
#include <vector>

#include "network/LayerPlan.hh"

namespace caloforge::network {

/// The layer types and their parameters are listed in doc/format/network.md. Throws InputError naming the
/// layer for an unknown type (with the nearest), an unknown, missing or nonsensical parameter, or inputs that
/// do not fit.
LayerPlan plan_layer(const Layer& layer, const std::vector<Shape>& inputs);

/// The layer whose tensors this one uses: itself, unless its parameter `tensors` names another
/// (plan_network() sees to it that that one is before it and has tensors of the same roles and shapes).
const std::string& tensor_owner(const Layer& layer);

/// What a `range` layer makes.
std::vector<float> range_values(const Layer& layer);

/// Every known type, sorted.
std::vector<std::string> layer_types();

}  // namespace caloforge::network
