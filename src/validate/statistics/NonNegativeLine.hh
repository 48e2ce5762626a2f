#pragma once

#include <span>

namespace caloforge::validate {

/// A straight line y = intercept + slope * x and the variances that the points' weights imply.
struct Line {
    double intercept = 0;
    double slope = 0;
    double intercept_variance = 0;
    double slope_variance = 0;
};

/// The line with intercept >= 0 and slope >= 0 that minimises sum w (y - intercept - slope x)^2 (exactly, no
/// iteration). With w = 1 / standard deviation^2 the variances are those of the fit without bounds, also
/// where a bound holds. All three spans have one size; x >= 0 takes two different values at least, w > 0.
Line non_negative_line(std::span<const double> x, std::span<const double> y, std::span<const double> weights);

}  // namespace caloforge::validate
