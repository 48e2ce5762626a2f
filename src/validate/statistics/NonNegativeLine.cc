#include "validate/statistics/NonNegativeLine.hh"

#include <algorithm>
#include <cstddef>

namespace caloforge::validate {

Line non_negative_line(std::span<const double> x, std::span<const double> y,
                       std::span<const double> weights) {
    double sum = 0;
    double sum_x = 0;
    double sum_y = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        sum += weights[i];
        sum_x += weights[i] * x[i];
        sum_y += weights[i] * y[i];
    }
    const double mean_x = sum_x / sum;
    const double mean_y = sum_y / sum;
    double spread = 0;
    double product = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        spread += weights[i] * (x[i] - mean_x) * (x[i] - mean_x);
        product += weights[i] * (x[i] - mean_x) * (y[i] - mean_y);
    }
    Line line;
    line.slope = product / spread;
    line.intercept = mean_y - line.slope * mean_x;
    line.slope_variance = 1 / spread;
    line.intercept_variance = 1 / sum + mean_x * mean_x / spread;
    // The sum of squares is convex: when one bound is broken, the best allowed line lies on it.
    if (line.slope < 0) {
        line.slope = 0;
        line.intercept = std::max(0.0, mean_y);
    } else if (line.intercept < 0) {
        line.intercept = 0;
        line.slope = std::max(0.0, (product + sum * mean_x * mean_y) / (spread + sum * mean_x * mean_x));
    }
    return line;
}

}  // namespace caloforge::validate
