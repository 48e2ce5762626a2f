#pragma once

#include <string>
#include <vector>

#include "network/NetworkSpec.hh"

namespace caloforge::network {

/// More than any real layer needs; a file that asks for more is damaged or hostile.
inline constexpr std::int64_t largest_extent = 1 << 20;  ///< of an input or a parameter
inline constexpr std::size_t most_layers = 20'000;
inline constexpr std::int64_t largest_tensor = std::int64_t{1} << 31;  ///< elements of one sample

/// A tensor that a layer needs: role ("weight", "bias", "mean", ...), shape, and how training starts it.
struct TensorSpec {
    std::string role;
    Shape shape;
    bool trainable = true;
    /// "he_uniform", "glorot_uniform", "glorot_normal", "zeros", "ones"
    std::string initialiser = "zeros";
    std::int64_t fan_in = 1;
    std::int64_t fan_out = 1;
};

/// What a layer makes of given input shapes, and the tensors it needs for that.
struct LayerPlan {
    Shape output;
    std::vector<TensorSpec> tensors;
    /// Multiply-adds of one sample, as written (no rewriting).
    std::int64_t macs = 0;
};

/// The layer types and their parameters are listed in doc/format/network.md. Throws InputError naming the
/// layer for an unknown type (with the nearest), an unknown, missing or nonsensical parameter, or inputs that
/// do not fit.
LayerPlan plan_layer(const Layer& layer, const std::vector<Shape>& inputs);

/// The layer whose tensors this one uses: itself, unless its parameter `tensors` names another
/// (plan_network() sees to it that that one is before it and has tensors of the same roles and shapes).
const std::string& tensor_owner(const Layer& layer);

/// Where every element of an `interleave` layer's output comes from, in row-major order: its number among the
/// elements of all inputs, one input after the other.
std::vector<std::int64_t> interleaved(const std::vector<Shape>& inputs, const Shape& factor,
                                      const Shape& output);

/// What a `range` layer makes.
std::vector<float> range_values(const Layer& layer);

/// Every known type, sorted.
std::vector<std::string> layer_types();

}  // namespace caloforge::network
