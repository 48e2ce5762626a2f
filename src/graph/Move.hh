#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

/// What the operations whose places are numbers of the network (Move, Lookup and Scatter of
/// graph/Operation.hh) make of them, for those who run them.
namespace caloforge::graph {

/// Farther than any image reaches.
inline constexpr std::int64_t no_cell = std::int64_t{1} << 40;

/// By so many cells: the nearest whole number, halves upwards; no_cell for what no image reaches, and for
/// NaN.
inline std::int64_t whole_cells(float by) {
    constexpr float most = 1 << 20;
    return std::abs(by) < most ? static_cast<std::int64_t>(std::floor(by + 0.5F)) : no_cell;
}

/// The element of `count` that a number names (Lookup, Scatter), or a negative number where there is none.
inline std::int64_t named_element(float number, std::size_t count) {
    // Below 2^31, and exact there in steps of one up to 2^24.
    constexpr float most = 2147483520.0F;
    if (!(number > -1.0F && number < most)) return -1;
    const auto element = static_cast<std::int64_t>(std::floor(number + 0.5F));
    return element < static_cast<std::int64_t>(count) ? element : -1;
}

/// Which of `to` cells have one of `from` cells on them that are moved by `by`: first, and behind the last.
/// Equal where there are none.
inline std::pair<std::int64_t, std::int64_t> overlap(std::int64_t from, std::int64_t by, std::int64_t to) {
    const std::int64_t first = std::clamp<std::int64_t>(by, 0, to);
    return {first, std::clamp<std::int64_t>(from + by, first, to)};
}

}  // namespace caloforge::graph
