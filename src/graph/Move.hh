#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

/// What a Move operation (graph/Operation.hh) does with numbers, for those who run it.
namespace caloforge::graph {

/// Farther than any image reaches.
inline constexpr std::int64_t no_cell = std::int64_t{1} << 40;

/// By so many cells: the nearest whole number, halves upwards; no_cell for what no image reaches, and for
/// NaN.
inline std::int64_t whole_cells(float by) {
    constexpr float most = 1 << 20;
    return std::abs(by) < most ? static_cast<std::int64_t>(std::floor(by + 0.5F)) : no_cell;
}

/// Which of `to` cells have one of `from` cells on them that are moved by `by`: first, and behind the last.
/// Equal where there are none.
inline std::pair<std::int64_t, std::int64_t> overlap(std::int64_t from, std::int64_t by, std::int64_t to) {
    const std::int64_t first = std::clamp<std::int64_t>(by, 0, to);
    return {first, std::clamp<std::int64_t>(from + by, first, to)};
}

}  // namespace caloforge::graph
