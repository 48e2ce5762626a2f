#include "montecarlo/ShowerRandom.hh"

#include <algorithm>
#include <cmath>

namespace caloforge::montecarlo {

void ShowerRandom::refill() {
    const core::RandomStream stream(seed_, shower_,
                                    first_shower_stream + static_cast<std::uint32_t>(drawn_ >> 32));
    stream.bits(buffer_, static_cast<std::uint32_t>(drawn_));
    drawn_ += buffer_.size();
    next_ = 0;
}

double ShowerRandom::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_;
    }
    const double radius = std::sqrt(2 * exponential());
    const Azimuth angle = azimuth();
    spare_ = radius * angle.sine;
    has_spare_ = true;
    return radius * angle.cosine;
}

double ShowerRandom::poisson(double mean) {
    constexpr double large = 64;
    if (mean > large) return std::max(0.0, std::floor(mean + std::sqrt(mean) * normal() + 0.5));
    const double limit = std::exp(-mean);
    double product = uniform();
    double count = 0;
    while (product > limit) {
        product *= uniform();
        count += 1;
    }
    return count;
}

}  // namespace caloforge::montecarlo
