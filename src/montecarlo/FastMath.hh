#pragma once

#include <bit>
#include <cstdint>

namespace caloforge::montecarlo {

/// ln x of a positive normal number, to 1e-11 of its size or 1e-11, whichever is larger: inlined, half the
/// time of the library's.
inline double fast_log(double x) {
    constexpr double ln2 = 0.693147180559945309417;
    const auto bits = std::bit_cast<std::uint64_t>(x);
    // m in [1/sqrt 2, sqrt 2): the exponent is that of x / sqrt(1/2).
    constexpr std::uint64_t root_half = 0x3FE6A09E667F3BCD;
    const auto exponent = static_cast<std::int64_t>(bits - root_half) >> 52;
    const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(exponent) << 52));
    const double z = (m - 1) / (m + 1);
    const double z2 = z * z, z4 = z2 * z2;
    // In pairs (Estrin), as a chain of seven would wait for itself.
    const double low = (1 + z2 * (1.0 / 3)) + z4 * (1.0 / 5 + z2 * (1.0 / 7));
    const double high = (1.0 / 9 + z2 * (1.0 / 11)) + z4 * (1.0 / 13);
    const double series = low + z4 * z4 * high;
    return static_cast<double>(exponent) * ln2 + 2 * z * series;
}

/// exp x for x <= 700, to 1e-11 of its size; 0 below -700.
inline double fast_exp(double x) {
    if (!(x > -700)) return 0;
    constexpr double log2_e = 1.44269504088896340736;
    constexpr double ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;
    constexpr double rounder = 0x1.8p52;
    const double shifted = x * log2_e + rounder;
    const double n = shifted - rounder;
    const double r = (x - n * ln2_high) - n * ln2_low;
    const double r2 = r * r, r4 = r2 * r2;
    const double low = (1 + r) + r2 * (1.0 / 2 + r * (1.0 / 6));
    const double middle = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
    const double high = 1.0 / 40320 + r * (1.0 / 362880) + r2 * (1.0 / 3628800);
    const double series = low + r4 * (middle + r4 * high);
    const auto exponent = static_cast<std::int64_t>(n) + 1023;
    return series * std::bit_cast<double>(exponent << 52);
}

}  // namespace caloforge::montecarlo
