#pragma once

#include <vector>

#include "network/LayerPlan.hh"

/// Layers that repeat, surround, shrink and join images.
namespace caloforge::network {

LayerPlan plan_upsample(const Layer& layer, const std::vector<Shape>& inputs);
LayerPlan plan_pad(const Layer& layer, const std::vector<Shape>& inputs);
LayerPlan plan_pool(const Layer& layer, const std::vector<Shape>& inputs);
LayerPlan plan_interleave(const Layer& layer, const std::vector<Shape>& inputs);

LayerPlan plan_move(const Layer& layer, const std::vector<Shape>& inputs);

/// Where every element of an `interleave` layer's output comes from, in row-major order: its number among the
/// elements of all inputs, one input after the other.
std::vector<std::int64_t> interleaved(const std::vector<Shape>& inputs, const Shape& factor,
                                      const Shape& output);

}  // namespace caloforge::network
