#pragma once

#include <functional>
#include <span>

#include "graph/Graph.hh"

namespace caloforge::graph {

/// The most weights that a rewritten operation may have: floats in 64 MiB.
inline constexpr std::int64_t most_rewritten_weights = std::int64_t{64} << 18;

/// The sums that folding takes, lent by whoever has vector registers: for every filter f and column c,
/// out[f * filter_stride + c] = sum over taps t of weights[t * filters + f] * in[taps[t] + c], taken in the
/// order of the taps, with fused multiply-adds where the machine has them.
struct TapSums {
    std::span<const std::int32_t> taps;
    const float* weights = nullptr;  ///< (taps, filters)
    std::size_t filters = 0;
    std::size_t columns = 0;  ///< a multiple of `column_block`
    std::size_t filter_stride = 0;
    const float* in = nullptr;
    float* out = nullptr;
};
using SumTaps = std::function<void(const TapSums&)>;
inline constexpr std::size_t column_block = 16;

/// Whether a dense layer and a convolution of stride 1 of its outputs, as an image of shape
/// `image`, are better one matrix: it takes less than half the multiply-adds, is not too large, and is made
/// within a second or so.
bool worth_folding(const Operation& dense, const Operation& convolution, const sample::Shape& image);

/// That matrix as a dense operation: the convolution of the dense layer's columns, the bias being one more.
Operation folded(const Operation& dense, const Operation& convolution, const sample::Shape& image,
                 const SumTaps& sum);

}  // namespace caloforge::graph
