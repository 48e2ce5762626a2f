#include "montecarlo/MuonIonisation.hh"

#include <algorithm>
#include <cmath>

#include "montecarlo/Constants.hh"
#include "montecarlo/Fluctuation.hh"
#include "montecarlo/Kinematics.hh"

namespace caloforge::montecarlo {

MuonIonisation::MuonIonisation(const Material& material, double energy)
    : material_(&material),
      total_(energy + muon_mass),
      momentum2_(momentum_squared(energy, muon_mass)),
      beta2_(beta_squared(energy, muon_mass)) {
    constexpr double ratio = electron_mass / muon_mass;
    const double gamma = total_ / muon_mass;
    largest_ =
        2 * electron_mass * momentum2_ / (muon_mass * muon_mass) / (1 + 2 * gamma * ratio + ratio * ratio);
    scale_ = bohr_straggling(material.electron_density()) / beta2_;
}

double MuonIonisation::restricted_loss(double cut) const {
    const double up = std::min(cut, largest_);
    const double beta_gamma2 = momentum2_ / (muon_mass * muon_mass);
    const double excitation = material_->mean_excitation();
    const double spin = 0.5 * up / total_;
    const double bracket = std::log(2 * electron_mass * beta_gamma2 * up / (excitation * excitation)) -
                           beta2_ * (1 + up / largest_) + spin * spin -
                           material_->density_effect()(0.5 * std::log10(beta_gamma2));
    return scale_ * std::max(bracket, 0.0);
}

double MuonIonisation::cross_section(double cut) const {
    if (cut >= largest_) return 0;
    return scale_ * (1 / cut - 1 / largest_ - beta2_ / largest_ * std::log(largest_ / cut) +
                     (largest_ - cut) / (2 * total_ * total_));
}

double MuonIonisation::sample(double cut, TrackRandom& random) const {
    // 1 / T^2 as envelope.
    const double most = 1 + largest_ * largest_ / (2 * total_ * total_);
    for (;;) {
        const double u = random.uniform();
        const double t = cut * largest_ / (cut * (1 - u) + largest_ * u);
        const double weight = 1 - beta2_ * t / largest_ + t * t / (2 * total_ * total_);
        if (most * random.uniform() <= weight) return t;
    }
}

double MuonIonisation::cosine(double knock_on) const {
    const double electron = momentum(knock_on, electron_mass);
    return std::min(1.0, knock_on * (total_ + electron_mass) / (electron * std::sqrt(momentum2_)));
}

}  // namespace caloforge::montecarlo
