#include "montecarlo/Annihilation.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "montecarlo/Constants.hh"

namespace caloforge::montecarlo {

double annihilation_cross_section(const Material& material, double energy) {
    // Slower positrons come to rest first; the formula grows as 1 / beta.
    const double gamma = std::max(energy, 1 * units::keV) / electron_mass + 1;
    const double root = std::sqrt(gamma * gamma - 1);
    return material.electron_density() * std::numbers::pi * classical_radius * classical_radius /
           (gamma + 1) *
           ((gamma * gamma + 4 * gamma + 1) / (gamma * gamma - 1) * std::log(gamma + root) -
            (gamma + 3) / root);
}

AnnihilationOutcome sample_annihilation(double energy, TrackRandom& random) {
    const double gamma = energy / electron_mass + 1;
    const double root = std::sqrt((gamma - 1) / (gamma + 1));
    const double low = 0.5 * (1 - root);
    const double ratio = (1 + root) / (1 - root);
    const double plus = gamma + 1;
    for (;;) {
        const double share = low * fast_exp(fast_log(ratio) * random.uniform());
        const double weight = 1 + 2 * gamma / (plus * plus) - share - 1 / (plus * plus * share);
        if (random.uniform() > weight) continue;
        const double cosine = (share * plus - 1) / (share * std::sqrt(gamma * gamma - 1));
        return {share, std::clamp(cosine, -1.0, 1.0)};
    }
}

}  // namespace caloforge::montecarlo
