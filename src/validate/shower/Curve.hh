#pragma once

#include <functional>
#include <span>
#include <vector>

#include "validate/shower/Accumulator.hh"
#include "validate/statistics/Series.hh"

namespace caloforge::validate {

/// Values on n bins that follow from sums; NaN where there is nothing to average.
using Formula = std::function<std::vector<double>(const Sums&)>;

/// The formula on the sum of all sub-samples; its error by leaving out one of the k filled sub-samples in
/// turn: sqrt((k - 1) / k * sum (y_i - mean y)^2).
Series curve(std::span<const Sums> groups, const Formula& formula);

}  // namespace caloforge::validate
