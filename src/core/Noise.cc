#include "core/Noise.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

namespace caloforge::core {

Noise::Noise(Distribution distribution, double parameter)
    : distribution_(distribution), parameter_(parameter) {
    if (distribution_ != Distribution::poisson) return;
    // Beyond 12 standard deviations there is less than the resolution of the uniform number.
    const double reach = 12 * std::sqrt(parameter_) + 20;
    const double mode = std::floor(parameter_);
    first_ = std::max(0.0, mode - std::floor(reach));
    const auto above = static_cast<std::size_t>(mode - first_);
    // Probabilities relative to that of the mode: p(k) / p(k - 1) = mean / k.
    cumulative_.assign(above + static_cast<std::size_t>(reach), 1.0);
    for (std::size_t i = above; i-- > 0;)
        cumulative_[i] = cumulative_[i + 1] * (first_ + static_cast<double>(i) + 1) / parameter_;
    for (std::size_t i = above + 1; i < cumulative_.size(); ++i)
        cumulative_[i] = cumulative_[i - 1] * parameter_ / (first_ + static_cast<double>(i));
    std::partial_sum(cumulative_.begin(), cumulative_.end(), cumulative_.begin());
    const double all = cumulative_.back();
    for (double& value : cumulative_) value /= all;
}

void Noise::fill(const RandomStream& stream, std::span<float> out) const {
    switch (distribution_) {
        case Distribution::normal:
            stream.normal(out);
            break;
        case Distribution::uniform:
            stream.uniform(out);
            break;
        case Distribution::gamma:
            for (std::size_t e = 0; e < out.size(); ++e)
                out[e] = gamma(stream, static_cast<std::uint32_t>(e));
            break;
        case Distribution::poisson:
            for (std::size_t e = 0; e < out.size(); ++e) {
                const double u = stream.uniform_at(static_cast<std::uint32_t>(e));
                const auto at = std::lower_bound(cumulative_.begin(), cumulative_.end() - 1, u);
                out[e] = static_cast<float>(first_ + static_cast<double>(at - cumulative_.begin()));
            }
            break;
    }
}

// Words of a try: two for a normal number, one for the acceptance, one that lifts a parameter below 1.
float Noise::gamma(const RandomStream& stream, std::uint32_t element) const {
    const double lifted = parameter_ < 1 ? parameter_ + 1 : parameter_;
    const double d = lifted - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    double made = d;
    std::array<std::uint32_t, 4> words{};
    for (std::uint32_t attempt = 0; attempt < gamma_tries; ++attempt) {
        stream.bits(words, (element * gamma_tries + attempt) * 4);
        const double x = std::sqrt(-2 * std::log(to_open_interval(words[0]))) *
                         std::cos(2 * std::numbers::pi * to_open_interval(words[1]));
        const double t = 1 + c * x;
        if (t <= 0) continue;
        const double v = t * t * t;
        made = d * v;
        if (std::log(to_open_interval(words[2])) < 0.5 * x * x + d - d * v + d * std::log(v)) break;
    }
    if (parameter_ < 1) made *= std::pow(to_open_interval(words[3]), 1 / parameter_);
    return static_cast<float>(made);
}

}  // namespace caloforge::core
