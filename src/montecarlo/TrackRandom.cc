#include "montecarlo/TrackRandom.hh"

#include <algorithm>
#include <cmath>

namespace caloforge::montecarlo {

void TrackRandom::refill() {
    core::RandomStream(seed_, track_, track_stream).bits(buffer_, 4 * block_);
    block_ += 4;
    next_ = 0;
}

double TrackRandom::normal() {
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

double TrackRandom::poisson(double mean) {
    constexpr double large = 64;
    if (mean > large) return std::max(0.0, std::floor(mean + std::sqrt(mean) * normal() + 0.5));
    const double limit = fast_exp(-mean);
    double product = uniform();
    double count = 0;
    while (product > limit) {
        product *= uniform();
        count += 1;
    }
    return count;
}

}  // namespace caloforge::montecarlo
