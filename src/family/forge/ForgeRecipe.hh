#pragma once

#include <cstdint>

#include "train/Family.hh"

namespace caloforge::family::forge {

/// With fewer showers nothing is learned, with fewer than the second number not much.
inline constexpr std::uint64_t least_showers = 100;
inline constexpr std::uint64_t few_showers = 2000;

/// The recipe of the shipped model, for so many showers (0: as many as that one had). doc/physics/forge.md
/// says from which trainings it comes.
train::Recipe forge_recipe(std::uint64_t showers);

/// ForgeOptions::energy_bottleneck for so many showers.
std::int64_t forge_bottleneck(std::uint64_t showers);

}  // namespace caloforge::family::forge
