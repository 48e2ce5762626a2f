#pragma once

#include <cstddef>

namespace caloforge::kernels {

/// Draws one of `choices` at each of `count` places: the number i of the first whose share, with all before
/// it, exceeds `uniform` (count) in (0, 1), the share of choice i being e^w_i over the sum of all. `weights`
/// (choices, count): the w_i, finite. To `out` (count): i as a float, NaN where a weight is NaN. Element by
/// element the same whatever the count. Thread-safe.
void choose(const float* weights, const float* uniform, std::size_t choices, std::size_t count, float* out);

/// The same, often from the weights of one: of `uniform` (repeats, count) each row draws from the same
/// `weights` (choices, count). To `out` (repeats, count).
void choose_often(const float* weights, const float* uniform, std::size_t choices, std::size_t count,
                  std::size_t repeats, float* out);

}  // namespace caloforge::kernels
