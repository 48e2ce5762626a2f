#pragma once

#include <span>
#include <string>
#include <vector>

#include "validate/shower/Accumulator.hh"
#include "validate/statistics/Metric.hh"

namespace caloforge::validate {

/// Sum of sub-samples, each with its weight, over the first `parts` parts.
Sums weighted_sum(std::span<const Sums> groups, std::span<const double> weights,
                  std::size_t parts = resampled_parts);

/// All of shower_metrics() between two sets of sub-samples, with uncertainty and floor, for one range of the
/// incident energy (`range` is its label).
std::vector<Metric> measure(std::span<const Sums> reference, std::span<const Sums> candidate,
                            const std::string& range);

}  // namespace caloforge::validate
