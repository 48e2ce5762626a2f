#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace caloforge::kernels {

/// Floats that one operation works on: 16 showers of one cell, or 16 cells of one shower.
inline constexpr std::size_t lanes = 16;

/// A convolution as sums over taps. For every position p and filter f, element by element of `lanes` floats:
///
///   out[out_position[p] + f * filter_stride] = start[f] + sum over taps t of weight[t][f] *
///   in[in_position[p] + tap[t]]
///
/// and then, where they are given, + image[out_position[p] + f * filter_stride] and + channel[f] (`lanes`
/// floats), in this order, and a leaky ReLU. Offsets in floats. Every sum is taken in the order of the taps
/// with fused multiply-adds (where the machine has them), whatever the layout of the positions: the same
/// element is the same bit by bit.
struct TapConvolution {
    std::span<const std::int32_t> taps;  ///< (taps)
    const float* weights = nullptr;      ///< (taps, filters)
    const float* start = nullptr;        ///< (filters)
    std::size_t filters = 0;
    std::span<const std::int32_t> in_positions;   ///< (positions)
    std::span<const std::int32_t> out_positions;  ///< (positions)
    std::size_t filter_stride = 0;
    const float* image = nullptr;    ///< laid out as the output
    const float* channel = nullptr;  ///< (filters, lanes)
    bool activate = false;
    float slope = 1;  ///< of the leaky ReLU below zero; 0 makes 0, never -0
};

/// Reads `lanes` floats at every position and tap, writes `lanes` floats at every position. Alignment does
/// not matter. Thread-safe.
void run(const TapConvolution& convolution, const float* in, float* out);

}  // namespace caloforge::kernels
