#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/Json.hh"
#include "validate/Accumulator.hh"

namespace caloforge::validate {

/// Values on n bins with their standard deviations; NaN where there is nothing to average.
struct Curve {
    std::vector<double> y;
    std::vector<double> error;

    /// {"y": [n], "error": [n]}, with null for NaN.
    core::Json json() const;
};

/// Values on n bins that follow from sums.
using Formula = std::function<std::vector<double>(const Sums&)>;

/// The formula on the sum of all sub-samples; its error by leaving out one of the k filled sub-samples in
/// turn: sqrt((k - 1) / k * sum (y_i - mean y)^2).
Curve curve(std::span<const Sums> groups, const Formula& formula);

}  // namespace caloforge::validate
