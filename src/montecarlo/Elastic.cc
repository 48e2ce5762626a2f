#include "montecarlo/Elastic.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "montecarlo/Constants.hh"
#include "montecarlo/EnergyGrid.hh"
#include "montecarlo/Kinematics.hh"

namespace caloforge::montecarlo {
namespace {

constexpr double thomas_fermi = 0.88534;

/// Root of the mean square radius of a nucleus, mm (Hofstadter, Annu. Rev. Nucl. Sci. 7 (1957) 231).
double nuclear_radius(double mass) {
    return (0.82 * std::cbrt(mass) + 0.58) * 1e-12 * units::mm;
}

// B of one element.
double strength(const Material::Component& component, double momentum2, double beta2, bool electrons) {
    constexpr double coupling = fine_structure * hbar_c;
    const double z = component.element.z();
    return std::numbers::pi * component.density * z * (electrons ? z + 1 : z) * coupling * coupling /
           (momentum2 * beta2);
}

}  // namespace

Elastic::Elastic(const Material& material, double energy, Charge charge, bool electrons) {
    const double momentum2 = momentum_squared(energy, electron_mass);
    const double beta2 = beta_squared(energy, electron_mass);
    double b = 0;
    for (const auto& component : material.components()) {
        const double weight = strength(component, momentum2, beta2, electrons);
        b += weight;
        const MottRatio::Angles mott =
            mott_ratio(component.element.z(), charge == Charge::electron ? -1 : 1).at(energy);
        for (std::size_t n = 0; n < mott.size(); ++n) mott_[n] += weight * mott[n];
    }
    for (double& ratio : mott_) ratio /= b;
    screen(material, momentum2, beta2, electrons);
}

Elastic::Elastic(const Material& material, double energy, double mass) {
    mott_.fill(1);
    screen(material, momentum_squared(energy, mass), beta_squared(energy, mass), true);
}

void Elastic::screen(const Material& material, double momentum2, double beta2, bool electrons) {
    double b = 0, log_a = 0, mass_sum = 0;
    for (const auto& component : material.components()) {
        const Element& element = component.element;
        const double z = element.z();
        const double weight = strength(component, momentum2, beta2, electrons);
        const double radius = thomas_fermi * bohr_radius / std::cbrt(z);
        const double born = fine_structure * z;
        const double a =
            hbar_c * hbar_c / (4 * momentum2 * radius * radius) * (1.13 + 3.76 * born * born / beta2);
        b += weight;
        // To leading order the transport cross-section is 2 B (ln(1/A) - 1).
        log_a += weight * std::log(a);
        mass_sum += weight * element.mass();
    }
    b_ = b;
    a_ = std::exp(log_a / b);
    const double radius = nuclear_radius(mass_sum / b);
    nucleus_ = 4 * momentum2 * radius * radius / (12 * hbar_c * hbar_c);
    transport_ = soft_transport(1);
}

double Elastic::correction(double mu) const {
    const double form = 1 / (1 + nucleus_ * mu);
    return MottRatio::interpolate(mott_, std::sqrt(mu)) * form * form * form * form;
}

double Elastic::hard(double mu_c) const {
    return integrate_log(mu_c + a_, 1 + a_, 24,
                         [&](double t) { return density(std::clamp(t - a_, 0.0, 1.0)); });
}

double Elastic::sample_hard(double mu_c, TrackRandom& random) const {
    // Rutherford's cross-section as envelope; the ratio may be above one.
    const double most = *std::max_element(mott_.begin(), mott_.end());
    for (;;) {
        const double low = 1 / (mu_c + a_), high = 1 / (1 + a_);
        const double mu = 1 / (high + random.uniform() * (low - high)) - a_;
        if (most * random.uniform() <= correction(mu)) return mu;
    }
}

double Elastic::border(double length) const {
    const double wanted = 1 / (b_ * length);
    // (1 - mu) = wanted (mu + A) (1 + A)
    const double w = wanted * (1 + a_);
    return std::clamp((1 - w * a_) / (1 + w), 0.0, 1.0);
}

double Elastic::soft_transport(double mu_c) const {
    // In t = mu + A, whose logarithm is what the integrand is smooth in.
    return integrate_log(a_, mu_c + a_, 24, [&](double t) {
        const double mu = std::max(0.0, t - a_);
        return 2 * mu * b_ / (t * t) * correction(mu);
    });
}

}  // namespace caloforge::montecarlo
