#include "engine/cpu/MemoryPlan.hh"

#include <gtest/gtest.h>

#include <random>

namespace caloforge::engine::cpu {
namespace {

TEST(MemoryPlan, TakesGapsThatAreFree) {
    std::vector<MemoryBlock> blocks = {{100, 0, 1}, {40, 1, 3}, {30, 2, 2}, {200, 3, 3}};
    EXPECT_EQ(place_blocks(blocks), 112U + 48 + 208);  // in multiples of 16
    EXPECT_EQ(blocks[0].begin, 0U);
    EXPECT_EQ(blocks[1].begin, 112U);
    EXPECT_EQ(blocks[2].begin, 0U);    // where the first was
    EXPECT_EQ(blocks[3].begin, 160U);  // too large for that
}

TEST(MemoryPlan, NeverPutsTwoIntoOnePlace) {
    std::mt19937 random(3);
    const auto below = [&](std::size_t end) { return random() % end; };
    for (int round = 0; round < 200; ++round) {
        std::vector<MemoryBlock> blocks(1 + below(30));
        for (auto& block : blocks) {
            block.size = below(200);
            block.first = below(20);
            block.last = block.first + below(5);
        }
        const std::size_t all = place_blocks(blocks);
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            EXPECT_EQ(blocks[i].begin % 16, 0U);
            EXPECT_LE(blocks[i].begin + blocks[i].size, all);
            for (std::size_t j = 0; j < i; ++j) {
                const auto &a = blocks[i], &b = blocks[j];
                const bool at_one_time = a.first <= b.last && b.first <= a.last;
                const bool at_one_place = a.begin < b.begin + b.size && b.begin < a.begin + a.size;
                EXPECT_FALSE(at_one_time && at_one_place && a.size > 0 && b.size > 0);
            }
        }
    }
}

}  // namespace
}  // namespace caloforge::engine::cpu
