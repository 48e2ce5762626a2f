#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace caloforge::montecarlo {

/// The kinetic energies at which cross-sections are tabulated: 16 to an octave, equally spaced within it, so
/// that the place of an energy is read off the bits of its floating-point number.
namespace energy_grid {

inline constexpr int bits_per_octave = 4;
inline constexpr std::size_t per_octave = std::size_t{1} << bits_per_octave;
inline constexpr std::size_t octaves = 34;
inline constexpr std::size_t points = octaves * per_octave + 1;
inline constexpr double low = 0x1p-20;  ///< GeV, 0.95 keV
inline constexpr double high = 0x1p14;  ///< GeV, 16 TeV

inline double energy(std::size_t i) {
    const double octave = low * static_cast<double>(std::uint64_t{1} << (i / per_octave));
    return octave * (1 + static_cast<double>(i % per_octave) / per_octave);
}

/// Between points i and i + 1, at the fraction f of their distance.
struct Place {
    std::size_t i;
    double f;
};

/// Energies outside the grid are held.
inline Place place(double energy) {
    constexpr int shift = 52 - bits_per_octave;
    constexpr std::uint64_t first = std::bit_cast<std::uint64_t>(low) >> shift;
    constexpr double unit = 1.0 / (std::uint64_t{1} << shift);
    if (energy <= low) return {0, 0};
    if (energy >= high) return {points - 2, 1};
    const auto bits = std::bit_cast<std::uint64_t>(energy);
    return {(bits >> shift) - first, static_cast<double>(bits & ((std::uint64_t{1} << shift) - 1)) * unit};
}

}  // namespace energy_grid

/// sum over n equal steps of ln x from `low` to `high` of f(x) x d(ln x): Gauss-Legendre with 4 points a
/// step.
template <class Function>
double integrate_log(double low, double high, std::size_t steps, Function&& f) {
    if (!(high > low)) return 0;
    constexpr double node[] = {0.3399810435848563, 0.8611363115940526};
    constexpr double weight[] = {0.6521451548625461, 0.3478548451374538};
    const double half = 0.5 * std::log(high / low) / static_cast<double>(steps);
    double sum = 0;
    for (std::size_t i = 0; i < steps; ++i) {
        const double middle = std::log(low) + (2 * static_cast<double>(i) + 1) * half;
        for (int k = 0; k < 2; ++k) {
            for (const double side : {-1.0, 1.0}) {
                const double x = std::exp(middle + side * node[k] * half);
                sum += weight[k] * half * x * f(x);
            }
        }
    }
    return sum;
}

}  // namespace caloforge::montecarlo
