#include "montecarlo/Suppression.hh"

#include <cmath>
#include <numbers>

namespace caloforge::montecarlo {
namespace {

double phi_of(double s) {
    if (s >= 1.55) return 1 - 0.01190476 / (s * s * s * s);
    return 1 - std::exp(-6 * s * (1 + s * (3 - std::numbers::pi)) +
                        s * s * s / (0.623 + 0.796 * s + 0.658 * s * s));
}

double psi_of(double s) {
    const double s2 = s * s;
    return 1 - std::exp(-4 * s - 8 * s2 / (1 + 3.936 * s + 4.97 * s2 - 0.05 * s2 * s + 7.5 * s2 * s2));
}

double g_of(double s) {
    if (s < 0.415827) return 3 * psi_of(s) - 2 * phi_of(s);
    if (s < 1.9156)
        return std::tanh(-0.160723 + s * (3.755030 + s * (-1.798138 + s * (0.672827 - 0.120772 * s))));
    return 1 - 0.0230655 / (s * s * s * s);
}

double xi_of(double s, double s1) {
    const double limit = std::numbers::sqrt2 * s1;
    if (s >= 1) return 1;
    if (s <= limit) return 2;
    const double h = std::log(s) / std::log(limit);
    return 1 + h - 0.08 * (1 - h) * h * (2 - h) / std::log(limit);
}

}  // namespace

Migdal migdal(double s, double s1, double dielectric) {
    if (std::isinf(s)) return {1, 1, 1};
    const double xi = xi_of(s, s1);
    const double effective = s / std::sqrt(xi) * dielectric;
    Migdal out{xi, g_of(effective), phi_of(effective)};
    // Where xi has outrun phi there is no enhancement: as in Geant4's models.
    if (out.xi * out.phi > 1) out.xi = 1 / out.phi;
    return out;
}

}  // namespace caloforge::montecarlo
