#pragma once

#include <cstdint>
#include <vector>

namespace caloforge::engine::cuda {

/// Elements [begin, end) of a row's values.
struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// What a launch touches. Launches of one `step` share its output, each with a part of its own, and do not
/// wait for each other.
struct Touched {
    std::vector<Range> read;
    std::vector<Range> written;
    std::size_t step = 0;
};

/// By launch: those before it that have to be done when it begins, because it reads what they write or
/// writes what they read or write; without those that others of them wait for anyway. Rising.
std::vector<std::vector<std::uint32_t>> order_of(const std::vector<Touched>& launches);

}  // namespace caloforge::engine::cuda
