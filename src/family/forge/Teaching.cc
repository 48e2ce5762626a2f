#include "family/forge/Teaching.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/Error.hh"
#include "core/Log.hh"
#include "family/forge/ForgeOptions.hh"
#include "family/forge/ForgeRecipe.hh"
#include "sample/Field.hh"

namespace caloforge::family::forge {
namespace {

/// Showers are turned by the symmetries of the cells, which leave of all azimuths those between 0 and 45
/// degrees. Where these are not all there, the model takes what it has not seen.
void check_azimuths(const data::ShowerDigest& seen) {
    constexpr std::size_t parts = 5;
    constexpr double octant = std::numbers::pi / 4;
    std::array<bool, parts> found{};
    const auto values = seen.conditions.values(sample::direction_field.name);
    for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
        if (values[i] == 0) continue;  // along the normal no azimuth is another
        const double quarter = values[i + 1] - 2 * octant * std::floor(values[i + 1] / (2 * octant));
        const double folded = std::min(quarter, 2 * octant - quarter);
        found[std::min(static_cast<std::size_t>(folded / octant * parts), parts - 1)] = true;
    }
    const auto covered = std::ranges::count(found, true);
    if (covered == parts) return;
    core::warning(
        "the training showers come from few azimuths: turned by the symmetries of the cells, about {} % of "
        "the circle. The model will take any phi, and has not seen the others. Simulate some with `--phi "
        "0:360`?",
        100 * covered / static_cast<std::ptrdiff_t>(parts));
}

}  // namespace

void check_teaching(const data::ShowerDigest& seen) {
    particles_of(seen);
    const std::size_t showers = seen.size(), empty = seen.empty(), filled = showers - empty;
    if (filled < least_showers) {
        throw core::InputError(
            fmt::format("the training part holds {} showers with a deposit; {} are the least that anything "
                        "can be learned from, some thousands are wanted. Simulate more (`caloforge "
                        "simulate`)?",
                        filled, least_showers));
    }
    if (empty > filled) {
        throw core::InputError(
            fmt::format("{} of {} training showers are empty. Are the data in another unit (data.scale)?",
                        empty, showers));
    }
    if (empty > 0) {
        core::warning(
            "{} of {} training showers are empty and are left out: the model will not make empty showers.",
            empty, showers);
    }
    if (filled < few_showers) {
        core::warning(
            "{} training showers are few: means and profiles will be learned, but not the fluctuations of "
            "the layers' energies and their correlations, which take some thousands.",
            filled);
    }
    constexpr double narrow = 1.5;
    const auto [lowest, highest] = std::ranges::minmax_element(seen.incident());
    const double low = *lowest, high = *highest;
    if (low != high && high < narrow * low) {
        core::warning(
            "the incident energies, {:.4g} to {:.4g} GeV, span less than a factor of {}: the model cannot be "
            "used beyond them.",
            low, high, narrow);
    }
    if (differs(seen, sample::direction_field)) check_azimuths(seen);
    if (!seen.extent(sample::impact_field.name)) {
        core::warning(
            "the showers do not say where their particles enter (data set `impact`, or `extra` with x0, y0): "
            "the model takes no impact point, and its first layers have to guess where the axis is.");
    }
}

void check_held_out(const data::ShowerDigest& seen, const data::ShowerDigest& held_out) {
    if (held_out.empty() == held_out.size())
        throw core::InputError("data.validation: all showers are empty.");
    const auto want = [&](const sample::Field& field, const char* what) {
        if (held_out.extent(field.name)) return;
        throw core::InputError(
            fmt::format("data.validation: not all files hold {}, but the training showers do.", what));
    };
    if (seen.extent(sample::impact_field.name))
        want(sample::impact_field, "impact points (datasets `extra` or `impact`)");
    // Those that all training showers share are not told.
    if (differs(seen, sample::direction_field))
        want(sample::direction_field, "directions (datasets `direction` or `theta`)");
    if (differs(seen, sample::particle_field))
        want(sample::particle_field, "particles (datasets `particle` or `target`)");
    const std::vector<int> kinds = particles_of(seen);
    if (kinds.empty()) return;
    for (const float code : held_out.conditions.values(sample::particle_field.name)) {
        if (std::ranges::find(kinds, static_cast<int>(code)) != kinds.end()) continue;
        throw core::InputError(
            fmt::format("data.validation: some showers are of particle {:.0f} (PDG code), which no training "
                        "shower is of.",
                        code));
    }
}

}  // namespace caloforge::family::forge
