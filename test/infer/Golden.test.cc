// Shipped models make the same showers bit by bit as when they were first shipped. The hashes were taken from
// version 0.1 before its house was rebuilt; a change of them is a change of physics results that people have.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/Hash.hh"
#include "core/Random.hh"
#include "infer/Team.hh"
#include "kernels/InstructionSet.hh"
#include "sample/Distribution.hh"

namespace caloforge::infer::test {
namespace {

constexpr std::size_t block = 128;  ///< showers of one hash
constexpr std::uint64_t seed = 7;

struct Golden {
    const char* model;
    bool impact_given;
    std::vector<std::string> hashes;  ///< first digits, of blocks of showers from number 0
};

const std::vector<Golden>& golden() {
    static const std::vector<Golden> all = {
        {"clic-forge",
         false,
         {
             "78df5898",
             "a6310c7f",
             "b647a209",
             "6a632358",
             "0e6ad85e",
             "27a46c3f",
             "ad3f7e09",
             "08765650",
             "a81abc73",
             "50155d58",
             "c50c52eb",
             "21204e57",
             "0c3e4a41",
             "3d64a2b4",
             "c42d2db5",
             "45c3fd67",
         }},
        {"clic-forge",
         true,
         {
             "c66d2fea",
             "a7c44730",
             "f8452a7f",
             "5abbf3e8",
             "8153574f",
             "d332ea47",
             "61462494",
             "5b765ea6",
             "2dd76149",
             "68a8d75b",
             "a5a18ff6",
             "83c104ba",
             "3238df87",
             "c930ccb7",
             "1f58d3e9",
             "db339cae",
         }},
        {"clic-3dgan",
         false,
         {
             "6ea04347",
             "4c5f4871",
             "7487e01c",
             "531ffe90",
             "32a64f68",
             "ac25921e",
             "3239ec94",
             "9389af65",
             "fa752a88",
             "6bc3681a",
             "ab9aa397",
             "c7aed1a5",
             "dac6c940",
             "54b9e2a9",
             "672a43b7",
             "fb5667b3",
         }},
    };
    return all;
}

std::string hash_of(Team& team, bool impact_given, std::uint64_t first) {
    const auto energies = sample::Distribution::parse("10:500");
    const auto keys = sample::consecutive(seed, first, block);
    std::vector<float> energy, impact;
    for (const sample::Key& key : keys) {
        energy.push_back(static_cast<float>(energies.draw(key, core::energy_stream)));
        impact.push_back(static_cast<float>(key.number % 5) - 2);
        impact.push_back(1.5F - static_cast<float>(key.number % 4));
    }
    sample::ColumnsView given(block);
    given.add("energy", energy);
    if (impact_given) given.add("impact", impact);
    const sample::Columns made = team.run(keys, given);
    core::Hash hash;
    for (const char* field : {"energy", "impact", "showers"}) hash.add(std::as_bytes(made.values(field)));
    return hash.hex();
}

class GoldenShowers : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenShowers, AreTheSameBitByBit) {
#ifndef NDEBUG
    GTEST_SKIP() << "the bits are those of an optimised build";
#endif
    static const auto there = kernels::instruction_sets();  // before one is chosen
    if (std::find(there.begin(), there.end(), GetParam()) == there.end())
        GTEST_SKIP() << "this machine has no " << GetParam();
    kernels::use_instruction_set(GetParam());
    for (const Golden& one : golden()) {
        Team team(Model::find(one.model), 0);
        for (std::size_t i = 0; i < one.hashes.size(); ++i) {
            const std::string hash = hash_of(team, one.impact_given, i * block);
            EXPECT_EQ(hash.substr(0, one.hashes[i].size()), one.hashes[i])
                << one.model << (one.impact_given ? " with impact points" : "") << ", block " << i;
        }
    }
    kernels::use_instruction_set(there.front());
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, GoldenShowers, ::testing::Values("avx512", "avx2"),
                         [](const auto& set) { return set.param; });

}  // namespace
}  // namespace caloforge::infer::test
