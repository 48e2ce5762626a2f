#pragma once

#include <cstddef>
#include <vector>

namespace caloforge::kernels {

/// Draws from the distributions of a network's `sample` layer (doc/format/network.md): an element is 0 or
/// e^v, v = u + shift + sum over bends of bend[j] * max(u - from[j], 0), u = location + sum over knots of
/// slope[j] * (integral of hat function j from 0 to z).
struct SplineSample {
    std::vector<float> knots;    ///< rising
    std::vector<float> to_zero;  ///< (knots): each hat function's integral from the first knot to 0
    bool zeros = true;           ///< the first parameter is the logit of not being zero
    std::vector<float> from, bends;
    float shift = 0;
    float least_log_slope = 0;
    float largest_log_slope = 0;
    float largest_log = 0;
};

/// `parameters` (1 + knots, count), or (2 + knots, count) with zeros, `uniform` (count) in (0, 1), to `out`
/// (count). Element by element the same whatever the count. Thread-safe.
void run(const SplineSample& rule, const float* parameters, const float* uniform, std::size_t count,
         float* out);

}  // namespace caloforge::kernels
