#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/Json.hh"
#include "data/ShowerSet.hh"

namespace caloforge::train {

/// What a look at all training showers says about what can be learned from them.
struct Survey {
    std::uint64_t showers = 0;
    std::uint64_t empty = 0;         ///< without any deposit
    std::vector<double> layer_sums;  ///< (Z), sums of E_z / E_dep over the showers that are not empty
    bool impact = true;              ///< every shower has an impact point
    double half_x = 0, half_y = 0;   ///< largest |x0|, |y0|, mm

    /// What both say together.
    void add(const Survey& other);
    core::Json json() const;
    static Survey from_json(const core::Json& json);
};

/// One pass over showers [first, last) of the set.
Survey survey(const data::ShowerSet& set, std::size_t first, std::size_t last);

/// Says as warnings what the showers do not teach; throws InputError when they are too few or mostly empty to
/// learn anything. `energy_low`, `energy_high`: their incident energies, GeV.
void judge(const Survey& survey, double energy_low, double energy_high);

/// With fewer showers nothing is learned, with fewer than the second number not much.
inline constexpr std::uint64_t least_showers = 100;
inline constexpr std::uint64_t few_showers = 2000;

}  // namespace caloforge::train
