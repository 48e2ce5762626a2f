#include "montecarlo/PhotonProcesses.hh"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "montecarlo/Constants.hh"
#include "montecarlo/Suppression.hh"

namespace caloforge::montecarlo {
namespace {

using Polynomial = std::array<double, 6>;

double value(const Polynomial& c, double x) {
    double sum = 0;
    for (std::size_t k = c.size(); k-- > 0;) sum = sum * x + c[k];
    return sum;
}

// Microbarn; x = ln(E / m c^2).
constexpr Polynomial pair_f1 = {8.7842e+2, -1.9625e+3, 1.2949e+3, -2.0028e+2, 1.2575e+1, -2.8333e-1};
constexpr Polynomial pair_f2 = {-1.0342e+1, 1.7692e+1, -8.2381, 1.3063, -9.0815e-2, 2.3586e-3};
constexpr Polynomial pair_f3 = {-4.5263e+2, 1.1161e+3, -8.6749e+2, 2.1773e+2, -2.0467e+1, 6.5372e-1};
constexpr double pair_fit_low = 1.5 * units::MeV;
constexpr double pair_fit_high = 80 * units::GeV;
constexpr double coulomb_from = 50 * units::MeV;

double pair_per_atom(double z, double energy) {
    const double threshold = 2 * electron_mass;
    if (energy <= threshold) return 0;
    const double e = std::clamp(energy, pair_fit_low, pair_fit_high);
    const double x = std::log(e / electron_mass);
    double sigma = (z + 1) * z * (value(pair_f1, x) + value(pair_f2, x) * z + value(pair_f3, x) / z);
    if (energy < pair_fit_low) {
        const double part = (energy - threshold) / (pair_fit_low - threshold);
        sigma *= part * part;
    }
    return std::max(0.0, sigma) * 1e-6 * barn;
}

double phi1(double delta) {
    return delta <= 1 ? 20.867 + delta * (-3.242 + 0.625 * delta) : 21.12 - 4.184 * std::log(delta + 0.952);
}

double phi2(double delta) {
    return delta <= 1 ? 20.209 + delta * (-1.930 - 0.086 * delta) : 21.12 - 4.184 * std::log(delta + 0.952);
}

double screened(const Element& element, double energy, double epsilon) {
    const double log_z = std::log(element.z());
    const double product = epsilon * (1 - epsilon);
    const double delta = 136 * std::exp(-log_z / 3) * electron_mass / (energy * product);
    const double f = 4.0 / 3 * log_z + (energy > coulomb_from ? 4 * element.coulomb_correction() : 0);
    const double sum = (1 - 2 * product) * (phi1(delta) - f) + 2.0 / 3 * product * (phi2(delta) - f);
    return element.z() * (element.z() + 1.0) * std::max(0.0, sum);
}

// Completely screened; `s` of Migdal's functions, infinite without the effect.
double complete(const Element& element, double epsilon, double s) {
    const double z = element.z();
    const double product = epsilon * (1 - epsilon);
    const Migdal f = migdal(s, std::pow(z, 2.0 / 3) / (184.15 * 184.15));
    const double logs =
        element.radiation_log() - element.coulomb_correction() + element.inelastic_radiation_log() / z;
    return std::max(
        0.0,
        z * z * (f.xi * (f.g / 3 + 2.0 / 3 * (1 - 2 * product) * f.phi) * logs - product / 9 * (1 + 1 / z)));
}

}  // namespace

double pair_cross_section(const Material& material, double energy) {
    double sum = 0;
    for (const auto& [element, density] : material.components())
        sum += density * pair_per_atom(element.z(), energy);
    return sum;
}

double pair_spectrum(const Material& material, double energy, double epsilon, PairModel model) {
    const double lpm_energy = fine_structure * electron_mass * electron_mass * material.radiation_length() /
                              (4 * std::numbers::pi * hbar_c);
    const double s = model == PairModel::lpm
                         ? std::sqrt(0.125 * lpm_energy / (energy * epsilon * (1 - epsilon)))
                         : std::numeric_limits<double>::infinity();
    double sum = 0;
    for (const auto& [element, density] : material.components())
        sum += density * (model == PairModel::screened ? screened(element, energy, epsilon)
                                                       : complete(element, epsilon, s));
    return sum;
}

double compton_cross_section(const Material& material, double energy) {
    constexpr double a = 20.0, b = 230.0, c = 440.0;
    // d, e, f of P_i(Z) = Z (d_i + e_i Z + f_i Z^2), barn.
    constexpr double p[4][3] = {{2.7965e-1, 1.9756e-5, -3.9178e-7},
                                {-1.8300e-1, -1.0205e-2, 6.8241e-5},
                                {6.7527, -7.3913e-2, 6.0480e-5},
                                {-1.9798e+1, 2.7079e-2, 3.0274e-4}};
    constexpr double fit_low = 15 * units::keV;
    const double x = std::max(energy, fit_low) / electron_mass;
    double sum = 0;
    for (const auto& [element, density] : material.components()) {
        const double z = element.z();
        double c4[4];
        for (int i = 0; i < 4; ++i) c4[i] = z * (p[i][0] + z * (p[i][1] + z * p[i][2]));
        const double sigma = c4[0] * std::log(1 + 2 * x) / x +
                             (c4[1] + x * (c4[2] + x * c4[3])) / (1 + x * (a + x * (b + x * c)));
        // Binding stops slow photons from scattering; where this matters they are absorbed.
        sum += density * std::max(0.0, sigma) * barn * std::min(1.0, energy / fit_low);
    }
    return sum;
}

ComptonOutcome sample_compton(double energy, TrackRandom& random) {
    // Butcher and Messel: mixture of 1 / epsilon and epsilon, then the rejection function.
    const double k = energy / electron_mass;
    const double low = 1 / (1 + 2 * k);
    const double low2 = low * low;
    const double a1 = -fast_log(low);
    const double a2 = 0.5 * (1 - low2);
    for (;;) {
        const double epsilon = a1 > (a1 + a2) * random.uniform()
                                   ? fast_exp(-a1 * random.uniform())
                                   : std::sqrt(low2 + (1 - low2) * random.uniform());
        const double t = (1 - epsilon) / (k * epsilon);
        const double sine2 = t * (2 - t);
        if (1 - epsilon * sine2 / (1 + epsilon * epsilon) >= random.uniform())
            return {energy * epsilon, 1 - t};
    }
}

double photoelectric_cross_section(const Material& material, double energy) {
    double sum = 0;
    for (const auto& [element, density] : material.components())
        sum += density * element.photoelectric(energy);
    return sum;
}

std::size_t sample_absorber(const Material& material, double energy, TrackRandom& random) {
    const auto& components = material.components();
    if (components.size() == 1) return 0;
    double left = random.uniform() * photoelectric_cross_section(material, energy);
    for (std::size_t i = 0; i + 1 < components.size(); ++i) {
        left -= components[i].density * components[i].element.photoelectric(energy);
        if (left < 0) return i;
    }
    return components.size() - 1;
}

double sample_photoelectron_cosine(double energy, TrackRandom& random) {
    const double tau = energy / electron_mass;
    constexpr double forward_from = 50;
    if (tau > forward_from) return 1;
    const double gamma = tau + 1;
    const double beta = std::sqrt(tau * (tau + 2)) / gamma;
    const double a = (1 - beta) / beta;
    const double b = 0.5 * beta * gamma * tau * (gamma - 2);
    const double most = 2 * (1 / a + b);
    for (;;) {
        const double u = random.uniform();
        const double z = 2 * a * (2 * u + (a + 2) * std::sqrt(u)) / ((a + 2) * (a + 2) - 4 * u);
        const double weight = (2 - z) * (1 / (a + z) + b);
        if (weight >= random.uniform() * most) return std::clamp(1 - z, -1.0, 1.0);
    }
}

double sample_tsai_cosine(double energy, TrackRandom& random) {
    constexpr double a1 = 1.6, a2 = 1.6 / 3;
    constexpr double border = 0.25;
    const double most = 2 * (1 + energy / electron_mass);
    double u = 0;
    do {
        const double product = -fast_log(random.uniform() * random.uniform());
        u = product * (random.uniform() < border ? a1 : a2);
    } while (u > most);
    // u m / E is the angle where it is small, and u at its largest means backwards.
    return 1 - 2 * u * u / (most * most);
}

}  // namespace caloforge::montecarlo
