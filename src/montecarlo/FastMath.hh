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
    const double z2 = z * z;
    const double series =
        1 + z2 * (1.0 / 3 + z2 * (1.0 / 5 + z2 * (1.0 / 7 + z2 * (1.0 / 9 + z2 * (1.0 / 11 + z2 / 13)))));
    return static_cast<double>(exponent) * ln2 + 2 * z * series;
}

}  // namespace caloforge::montecarlo
