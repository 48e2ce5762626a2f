#include "validate/statistics/Jackknife.hh"

#include <cmath>
#include <limits>
#include <numeric>

namespace caloforge::validate {

double jackknife_error(std::span<const double> left_out) {
    if (left_out.size() < 2) return std::numeric_limits<double>::quiet_NaN();
    const auto k = static_cast<double>(left_out.size());
    const double mean = std::accumulate(left_out.begin(), left_out.end(), 0.0) / k;
    double squares = 0;
    for (const double value : left_out) squares += (value - mean) * (value - mean);
    return std::sqrt((k - 1) / k * squares);
}

}  // namespace caloforge::validate
