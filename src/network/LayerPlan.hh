#pragma once

#include <string>
#include <vector>

#include "network/NetworkSpec.hh"

namespace caloforge::network {

/// More than any real layer needs; a file that asks for more is damaged or hostile.
inline constexpr std::int64_t largest_extent = 1 << 20;  ///< of an input or a parameter
inline constexpr std::size_t most_layers = 50'000;
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

}  // namespace caloforge::network
