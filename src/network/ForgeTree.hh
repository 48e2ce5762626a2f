#pragma once

#include <cstddef>
#include <vector>

namespace caloforge::network {

/// The energy of the layers [begin, end) is divided between [begin, middle) and [middle, end).
struct ForgeSplit {
    std::size_t begin, middle, end;
};

/// How the deposited energy becomes the layers': halves, quarters, ..., down to single layers. The splits of
/// a level are drawn at once, from what all levels before it drew. Halves are divided one after the other,
/// and of the quarters first every other one: what two neighbours have in common counts most where they are
/// largest (deeper splits of one level are correlated by less than 0.1, given the levels before).
std::vector<std::vector<ForgeSplit>> forge_levels(std::size_t layers);

/// The parts that the layers have been divided into before each level, and behind the last: where each
/// begins.
std::vector<std::vector<std::size_t>> forge_parts(std::size_t layers);

}  // namespace caloforge::network
