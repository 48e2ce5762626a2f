#include "montecarlo/Bremsstrahlung.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "montecarlo/Constants.hh"
#include "montecarlo/EnergyGrid.hh"
#include "montecarlo/Suppression.hh"

namespace caloforge::montecarlo {
namespace {

// alpha r_e^2 {(4/3 - 4/3 y + y^2) [..] + 2/3 (1 - y) [..]} of Tsai's eq. 3.83, per atom.
double unsuppressed(const Element& element, double total, double k) {
    const double z = element.z();
    const double y = k / total;
    const double shape = 4.0 / 3 * (1 - y) + y * y;
    double main, rest;
    if (element.z() < 5) {
        main = 4 * (z * z * (element.radiation_log() - element.coulomb_correction()) +
                    z * element.inelastic_radiation_log());
        rest = 2.0 / 3 * (z * z + z);
    } else {
        const double log_z = std::log(z);
        const double momentum = 100 * electron_mass * k / (total * (total - k));
        const double gamma = momentum * std::exp(-log_z / 3);
        const double epsilon = momentum * std::exp(-2 * log_z / 3);
        const double phi = 16.863 - 2 * std::log(1 + 0.311877 * gamma * gamma) +
                           2.4 * std::exp(-0.9 * gamma) + 1.6 * std::exp(-1.5 * gamma);
        const double psi = 24.34 - 2 * std::log(1 + 13.111641 * epsilon * epsilon) +
                           2.8 * std::exp(-8 * epsilon) + 1.2 * std::exp(-29.2 * epsilon);
        main =
            z * z * (phi - 4.0 / 3 * log_z - 4 * element.coulomb_correction()) + z * (psi - 8.0 / 3 * log_z);
        rest = z * z * 2 / (3 + gamma * (19.5 + 18 * gamma)) + z * 2 / (3 + epsilon * (120 + 1200 * epsilon));
    }
    return std::max(0.0, fine_structure * classical_radius * classical_radius *
                             (shape * main + 2.0 / 3 * (1 - y) * rest));
}

// Of the completely screened cross-section, with the effect over without.
double lpm_factor(const Element& element, double y, const Migdal& functions) {
    const double z = element.z();
    const double logs =
        element.radiation_log() - element.coulomb_correction() + element.inelastic_radiation_log() / z;
    const double rest = (1 - y) * (1 + 1 / z) / 12;
    const double with =
        functions.xi * (y * y * functions.g + 2 * (1 + (1 - y) * (1 - y)) * functions.phi) / 4;
    return (with * logs + rest) / ((1 - y + 0.75 * y * y) * logs + rest);
}

}  // namespace

Bremsstrahlung::Bremsstrahlung(const Material& material)
    : material_(&material),
      lpm_energy_(fine_structure * electron_mass * electron_mass * material.radiation_length() /
                  (4 * std::numbers::pi * hbar_c)),
      plasma_over_mass_2_(std::pow(material.density_effect().plasma_energy / electron_mass, 2)) {}

double Bremsstrahlung::spectrum(double energy, double k) const {
    const double total = energy + electron_mass;
    if (energy < least_energy || k >= energy || k <= 0) return 0;
    const double y = k / total;
    const double dielectric = 1 + plasma_over_mass_2_ * total * total / (k * k);
    const bool migdal_matters = total > std::sqrt(plasma_over_mass_2_) * lpm_energy_;
    const double s = std::sqrt(0.125 * y * lpm_energy_ / ((1 - y) * total));
    double sum = 0;
    for (const auto& [element, density] : material_->components()) {
        double factor = 1 / dielectric;
        if (migdal_matters) {
            const double s1 = std::pow(element.z(), 2.0 / 3) / (184.15 * 184.15);
            factor = lpm_factor(element, y, migdal(s, s1, dielectric));
        }
        sum += density * factor * unsuppressed(element, total, k);
    }
    return sum;
}

double Bremsstrahlung::restricted_loss(double energy, double cut) const {
    if (energy < least_energy) return 0;
    const double top = std::min(cut, energy);
    // Below a thousandth of the cut the energy is negligible.
    return integrate_log(1e-4 * top, top, 12, [&](double k) { return spectrum(energy, k); });
}

double Bremsstrahlung::cross_section(double energy, double cut) const {
    if (energy < least_energy || energy <= cut) return 0;
    return integrate_log(cut, energy, 24, [&](double k) { return spectrum(energy, k) / k; });
}

}  // namespace caloforge::montecarlo
