#include "family/forge/ForgeRecipe.hh"

#include <algorithm>
#include <cmath>

namespace caloforge::family::forge {
namespace {

constexpr std::size_t batch = 64;
constexpr std::int64_t checkpoint_every = 200;
constexpr std::int64_t shipped_passes = 96;
/// More steps than that have not been tried, and gained little towards the end.
constexpr double most_steps = 9000;
/// One in so many showers is held out, at most so many: what a comparison needs, and what costs no time.
constexpr std::uint64_t one_held_out_in = 10, most_held_out = 2000;

}  // namespace

train::Recipe forge_recipe(std::uint64_t showers) {
    train::Recipe recipe{
        .batch = batch, .epochs = shipped_passes, .held_out = 0, .checkpoint_every = checkpoint_every};
    if (showers == 0) return recipe;
    const double passes = most_steps * static_cast<double>(batch) / static_cast<double>(showers);
    recipe.epochs = std::clamp(static_cast<std::int64_t>(std::ceil(passes)), std::int64_t{1}, shipped_passes);
    // Where there are so few, each is needed to learn from.
    if (showers >= 2 * least_showers)
        recipe.held_out = static_cast<std::int64_t>(std::min(showers / one_held_out_in, most_held_out));
    return recipe;
}

std::int64_t forge_bottleneck(std::uint64_t showers) {
    constexpr std::int64_t narrow = 8, wide = 32;
    return showers > 0 && showers < few_showers ? narrow : wide;
}

}  // namespace caloforge::family::forge
