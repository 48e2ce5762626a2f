#include "engine/cpu/MemoryPlan.hh"

#include <algorithm>

namespace caloforge::engine::cpu {
namespace {

std::size_t end_of(const MemoryBlock& block) {
    return block.begin + (block.size + line_floats - 1) / line_floats * line_floats;
}

}  // namespace

std::size_t place_blocks(std::vector<MemoryBlock>& blocks) {
    std::size_t all = 0;
    std::vector<const MemoryBlock*> beside;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        MemoryBlock& block = blocks[i];
        beside.clear();
        for (std::size_t j = 0; j < i; ++j) {
            if (blocks[j].first <= block.last && block.first <= blocks[j].last && blocks[j].size > 0)
                beside.push_back(&blocks[j]);
        }
        std::sort(beside.begin(), beside.end(),
                  [](const auto* a, const auto* b) { return a->begin < b->begin; });
        block.begin = 0;
        for (const MemoryBlock* other : beside) {
            if (end_of(block) <= other->begin) break;
            block.begin = std::max(block.begin, end_of(*other));
        }
        all = std::max(all, end_of(block));
    }
    return all;
}

}  // namespace caloforge::engine::cpu
