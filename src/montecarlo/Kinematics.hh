#pragma once

#include <cmath>

namespace caloforge::montecarlo {

/// Of a particle of a kinetic energy and a mass, GeV.
inline double momentum_squared(double energy, double mass) {
    return energy * (energy + 2 * mass);
}
inline double momentum(double energy, double mass) {
    return std::sqrt(momentum_squared(energy, mass));
}
inline double beta_squared(double energy, double mass) {
    return momentum_squared(energy, mass) / ((energy + mass) * (energy + mass));
}

}  // namespace caloforge::montecarlo
