#pragma once

#include <vector>

#include "network/LayerPlan.hh"

/// Layers that only say where elements go.
namespace caloforge::network {

LayerPlan plan_reshape(const Layer& layer, const std::vector<Shape>& inputs);
LayerPlan plan_flatten(const Layer& layer, const std::vector<Shape>& inputs);
LayerPlan plan_slice(const Layer& layer, const std::vector<Shape>& inputs);
LayerPlan plan_take(const Layer& layer, const std::vector<Shape>& inputs);
LayerPlan plan_lookup(const Layer& layer, const std::vector<Shape>& inputs);
LayerPlan plan_scatter(const Layer& layer, const std::vector<Shape>& inputs);
LayerPlan plan_permute(const Layer& layer, const std::vector<Shape>& inputs);
LayerPlan plan_concat(const Layer& layer, const std::vector<Shape>& inputs);

}  // namespace caloforge::network
