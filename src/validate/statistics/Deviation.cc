#include "validate/statistics/Deviation.hh"

#include <cmath>

namespace caloforge::validate {

double sample_deviation(double n, double sum, double squares) {
    constexpr double rounding = 1e-12;
    if (n < 2) return 0;
    const double centre = sum / n;
    const double variance = squares / n - centre * centre;
    return variance > rounding * centre * centre ? std::sqrt(variance * n / (n - 1)) : 0;
}

}  // namespace caloforge::validate
