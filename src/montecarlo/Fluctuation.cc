#include "montecarlo/Fluctuation.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "montecarlo/Constants.hh"

namespace caloforge::montecarlo {
namespace {

constexpr double ionisation_share = 0.56;
constexpr double least_transfer = 10 * eV;
/// Excitations count as fewer and larger, which widens thin layers to what is measured.
constexpr double widening = 4;
constexpr double widening_from = 42;  ///< excitations
constexpr double few = 8;             ///< collisions that are sampled one by one
constexpr double least_loss = 10 * eV;

// What the small losses add up to.
double sample_sum(double mean, double variance, TrackRandom& random) {
    const double sigma = std::sqrt(variance);
    if (!(sigma > 0)) return mean;
    if (mean >= 4 * sigma) return std::max(0.0, mean + sigma * random.normal());
    if (mean > 1.2 * sigma) {
        // Narrow gamma: Marsaglia and Tsang, ACM Trans. Math. Softw. 26 (2000) 363; its shape is above one
        // here.
        const double shape = mean * mean / variance;
        const double d = shape - 1.0 / 3;
        const double c = 1 / std::sqrt(9 * d);
        for (;;) {
            const double x = random.normal();
            const double t = 1 + c * x;
            if (t <= 0) continue;
            const double v = t * t * t;
            if (fast_log(random.uniform()) < 0.5 * x * x + d - d * v + d * fast_log(v))
                return d * v * mean / shape;
        }
    }
    return 2 * mean * random.uniform();
}

}  // namespace

double sample_loss(double mean, double cut, double excitation, TrackRandom& random) {
    if (mean < least_loss || cut <= least_transfer) return mean;
    const double scaling = std::min(1 + 0.5 * units::keV / cut, 1.5);
    const double scaled = mean / scaling;
    double small_mean = 0, small_variance = 0, loss = 0;

    double level = excitation;
    double ionisation = scaled;
    if (cut > excitation) {
        ionisation = ionisation_share * scaled;
        double number = (1 - ionisation_share) * scaled / excitation;
        const double width =
            number < widening_from ? 0.1 + (widening - 0.1) * std::sqrt(number / widening_from) : widening;
        number /= width;
        level *= width;
        if (number > few) {
            small_mean += number * level;
            small_variance += number * level * level;
        } else if (const double hits = random.poisson(number); hits > 0) {
            loss += (hits + 1 - 2 * random.uniform()) * level;
        }
    }

    const double w = cut / least_transfer;
    double number = ionisation * (cut - least_transfer) / (least_transfer * cut * fast_log(w));
    double border = 1;  // in units of the least transfer
    if (number > few) {
        border = w * (few + number) / (w * few + number);
        const double log_mean = border * fast_log(border) / (border - 1);
        const double below = number * w * (border - 1) / ((w - 1) * border);
        small_mean += below * least_transfer * log_mean;
        small_variance += below * least_transfer * least_transfer * (border - log_mean * log_mean);
        number -= below;
    }
    const double from = border * least_transfer;
    if (cut > from) {
        const double part = (cut - from) / cut;
        for (double hits = random.poisson(number); hits > 0; hits -= 1)
            loss += from / (1 - part * random.uniform());
    }
    if (small_mean > 0) loss += sample_sum(small_mean, small_variance, random);
    return loss * scaling;
}

double bohr_straggling(double electron_density) {
    return 2 * std::numbers::pi * classical_radius * classical_radius * electron_mass * electron_density;
}

}  // namespace caloforge::montecarlo
