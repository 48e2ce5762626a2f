// Shipped models make the same showers bit by bit as when they were first shipped: both on
// 2026-11-28. A change of the hashes is a change of physics results that people have.
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
             "aea28ce8",
             "669f7587",
             "76cece4d",
             "ce10e91d",
             "d28c5fa5",
             "13d2bb57",
             "2da6466f",
             "12dbbd8b",
             "093e7deb",
             "cdce6363",
             "5e25020d",
             "9410c461",
             "a145dc9c",
             "e60e4291",
             "9324f006",
             "9dd62040",
         }},
        {"clic-forge",
         true,
         {
             "1f95f007",
             "2c0f917c",
             "182e6910",
             "d6b5602f",
             "d97088bd",
             "b50e0fae",
             "e778f076",
             "987dfc92",
             "6faed170",
             "b73d4176",
             "38af6b59",
             "ab4a2f3a",
             "934d1855",
             "431583f0",
             "1cfa33c7",
             "3a8a9bb9",
         }},
        {"clic-3dgan",
         false,
         {
             "dded2c09",
             "1b559990",
             "7f3e4ced",
             "e491bb79",
             "7da7f348",
             "642bf4c1",
             "7980557a",
             "6b83f891",
             "22a4416d",
             "c9ad986b",
             "aa9c662b",
             "f1a837af",
             "4d4d35ba",
             "b9d425f2",
             "ebfc276e",
             "9e504899",
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
