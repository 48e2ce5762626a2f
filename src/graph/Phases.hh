#pragma once

#include <map>
#include <vector>

#include "graph/Operation.hh"

/// A convolution of a repeated input, split by the phase of the output modulo the repetition: each phase is a
/// small convolution on the coarse cells, its weights those of the taps that fall on the same coarse cell,
/// summed. With zeros between the cells instead (a transposed convolution) only the taps that fall on a cell
/// stay. A convolution with a stride has one phase.
namespace caloforge::graph {

/// Phases that a convolution may be split into: each has tables of its own.
inline constexpr std::int64_t most_phases = 4096;

/// The coarse cells that the first output cell of a phase reads along an axis, and which taps fall on each.
using CoarseReads = std::map<std::int64_t, std::vector<std::int64_t>>;
CoarseReads coarse_reads(const Convolution& convolution, std::size_t axis, std::int64_t phase);

/// The sum of a filter's weights for one channel over the taps xs x ys x zs.
float summed_weight(const Convolution& convolution, std::int64_t channels, std::int64_t filter,
                    std::int64_t channel, const std::vector<std::int64_t>& xs,
                    const std::vector<std::int64_t>& ys, const std::vector<std::int64_t>& zs);

/// Floats of the weights that all phases would have together.
std::int64_t phase_weights(const Convolution& convolution, std::int64_t channels, std::int64_t filters);

/// Rounded towards minus infinity; b > 0.
std::int64_t floor_divide(std::int64_t a, std::int64_t b);

}  // namespace caloforge::graph
