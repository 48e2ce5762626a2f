#pragma once

#include <cstddef>
#include <vector>

namespace caloforge::engine::cpu {

/// Floats of a cache line: a vector that crosses one costs two loads.
inline constexpr std::size_t line_floats = 16;

/// Floats that are needed from step `first` to step `last`, both included.
struct MemoryBlock {
    std::size_t size = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    std::size_t begin = 0;  ///< where it was put: a multiple of line_floats
};

/// Puts every block, in the order given, into the first gap that is free as long as the block is needed.
/// Returns how many floats all of them take.
std::size_t place_blocks(std::vector<MemoryBlock>& blocks);

}  // namespace caloforge::engine::cpu
