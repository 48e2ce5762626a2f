#include "montecarlo/Ionisation.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "montecarlo/Constants.hh"

namespace caloforge::montecarlo {
namespace {

// Bhabha's coefficients, y = 1 / (gamma + 1).
struct Bhabha {
    explicit Bhabha(double gamma) {
        const double y = 1 / (gamma + 1);
        const double y12 = 1 - 2 * y;
        b1 = 2 - y * y;
        b2 = y12 * (3 + y * y);
        b4 = y12 * y12 * y12;
        b3 = b4 + y12 * y12;
    }
    double b1, b2, b3, b4;
};

double loss_term_electron(double tau, double up, double gamma, double beta2) {
    return -1 - beta2 + std::log((tau - up) * up) + tau / (tau - up) +
           (0.5 * up * up + (2 * tau + 1) * std::log(1 - up / tau)) / (gamma * gamma);
}

double loss_term_positron(double tau, double up, double gamma, double beta2) {
    const double y = 1 / (gamma + 1);
    const double up2 = up * up;
    return std::log(tau * up) - beta2 / tau *
                                    (tau + 2 * up - 1.5 * up2 * y - (up - up2 * up / 3) * y * y -
                                     (0.5 * up2 - tau * up2 * up / 3 + 0.25 * up2 * up2) * y * y * y);
}

}  // namespace

double largest_knock_on(double energy, Charge charge) {
    return charge == Charge::electron ? 0.5 * energy : energy;
}

double Ionisation::restricted_loss(double energy, double cut, Charge charge) const {
    const double tau = energy / electron_mass;
    const double gamma = tau + 1;
    const double beta2 = tau * (tau + 2) / (gamma * gamma);
    const double up = std::min(cut, largest_knock_on(energy, charge)) / electron_mass;
    const double i = material_->mean_excitation() / electron_mass;
    const double x = 0.5 * std::log10(tau * (tau + 2));
    const double term = charge == Charge::electron ? loss_term_electron(tau, up, gamma, beta2)
                                                   : loss_term_positron(tau, up, gamma, beta2);
    const double bracket = std::log(2 * (gamma + 1) / (i * i)) + term - material_->density_effect()(x);
    const double scale = 2 * std::numbers::pi * classical_radius * classical_radius * electron_mass *
                         material_->electron_density() / beta2;
    return scale * std::max(bracket, 0.0);
}

double Ionisation::cross_section(double energy, double cut, Charge charge) const {
    if (cut >= largest_knock_on(energy, charge)) return 0;
    const double tau = energy / electron_mass;
    const double gamma = tau + 1;
    const double beta2 = tau * (tau + 2) / (gamma * gamma);
    const double x = cut / energy;
    const double scale =
        2 * std::numbers::pi * classical_radius * classical_radius * material_->electron_density() / tau;
    if (charge == Charge::electron) {
        const double g = (2 * gamma - 1) / (gamma * gamma);
        return scale / beta2 * ((1 - g) * (0.5 - x) + 1 / x - 1 / (1 - x) - g * std::log((1 - x) / x));
    }
    const Bhabha b(gamma);
    return scale * ((1 / x - 1) / beta2 + b.b1 * std::log(x) + b.b2 * (1 - x) - b.b3 / 2 * (1 - x * x) +
                    b.b4 / 3 * (1 - x * x * x));
}

double sample_knock_on(double energy, double cut, Charge charge, TrackRandom& random) {
    const double gamma = energy / electron_mass + 1;
    const double low = cut / energy;
    const double high = largest_knock_on(energy, charge) / energy;
    // 1 / x^2 as envelope.
    const auto propose = [&] {
        const double u = random.uniform();
        return low * high / (low * (1 - u) + high * u);
    };
    if (charge == Charge::electron) {
        const double g = (2 * gamma - 1) / (gamma * gamma);
        const auto weight = [&](double x) {
            const double y = 1 - x;
            return 1 - g * x + x * x * (1 - g + (1 - g * y) / (y * y));
        };
        const double most = weight(high);
        for (;;) {
            const double x = propose();
            if (most * random.uniform() <= weight(x)) return x * energy;
        }
    }
    const double beta2 = 1 - 1 / (gamma * gamma);
    const Bhabha b(gamma);
    const double most =
        1 +
        (high * high * high * high * b.b4 - low * low * low * b.b3 + high * high * b.b2 - low * b.b1) * beta2;
    for (;;) {
        const double x = propose();
        const double weight = 1 + x * beta2 * (-b.b1 + x * (b.b2 + x * (-b.b3 + x * b.b4)));
        if (most * random.uniform() <= weight) return x * energy;
    }
}

double knock_on_cosine(double energy, double secondary) {
    const double ratio =
        secondary * (energy + 2 * electron_mass) / (energy * (secondary + 2 * electron_mass));
    return std::sqrt(std::min(1.0, ratio));
}

}  // namespace caloforge::montecarlo
