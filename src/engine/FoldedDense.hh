#pragma once

#include "engine/Graph.hh"

namespace caloforge::engine {

/// The most weights that a rewritten operation may have: floats in 64 MiB.
inline constexpr std::int64_t most_rewritten_weights = std::int64_t{64} << 18;

/// Whether a dense layer and a convolution of stride 1 of its outputs, as an image of shape `image`, are
/// better one matrix: it takes less than half the multiply-adds, is not too large, and is made within a
/// second or so.
bool worth_folding(const Operation& dense, const Operation& convolution, const network::Shape& image);

/// That matrix as a dense operation: the convolution of the dense layer's columns, the bias being one more,
/// 16 at a time as if they were showers.
Operation folded(const Operation& dense, const Operation& convolution, const network::Shape& image);

}  // namespace caloforge::engine
