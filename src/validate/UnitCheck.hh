#pragma once

namespace caloforge::validate {

/// True when a ratio of energies lies within a factor of 3 of 1000 or of 1/1000: GeV taken for MeV.
constexpr bool looks_like_units(double ratio) {
    constexpr double units = 1000;
    constexpr double slack = 3;
    return (ratio > units / slack && ratio < units * slack) ||
           (ratio > 1 / (units * slack) && ratio < slack / units);
}

}  // namespace caloforge::validate
