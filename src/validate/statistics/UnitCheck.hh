#pragma once

#include "core/Error.hh"

namespace caloforge::validate {

/// Two sets of which one seems to hold its values in another unit: read it with another scale.
struct UnitError : core::InputError {
    using core::InputError::InputError;
};

/// True when a ratio lies within a factor of 3 of 1000 or of 1/1000: GeV taken for MeV.
constexpr bool looks_like_units(double ratio) {
    constexpr double units = 1000;
    constexpr double slack = 3;
    return (ratio > units / slack && ratio < units * slack) ||
           (ratio > 1 / (units * slack) && ratio < slack / units);
}

}  // namespace caloforge::validate
