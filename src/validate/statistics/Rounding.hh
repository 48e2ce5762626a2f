#pragma once

#include <cmath>

namespace caloforge::validate {

/// The number at five significant digits: what a page draws, at half the length.
inline double short_number(double value) {
    constexpr double digits = 5;
    if (value == 0 || !std::isfinite(value)) return value;
    const double unit = std::pow(10.0, digits - 1 - std::floor(std::log10(std::abs(value))));
    return std::isfinite(unit) && unit > 0 ? std::round(value * unit) / unit : value;
}

}  // namespace caloforge::validate
