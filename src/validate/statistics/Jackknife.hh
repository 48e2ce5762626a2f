#pragma once

#include <span>

namespace caloforge::validate {

/// Standard error of a figure from its values with one sub-sample left out each: sqrt((k - 1) / k * sum of
/// squared distances from their mean). NaN for fewer than two.
double jackknife_error(std::span<const double> left_out);

}  // namespace caloforge::validate
