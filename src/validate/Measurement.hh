#pragma once

#include <span>
#include <string>
#include <vector>

#include "validate/Metrics.hh"

namespace caloforge::validate {

/// A metric between sets of n_first and n_second showers, as large as chance makes it between sets of
/// n_reference and n_candidate.
double scaled_floor(double floor, Scaling scaling, double n_first, double n_second, double n_reference,
                    double n_candidate);

/// Sum of sub-samples, each with its weight, over the first `parts` parts.
Sums weighted_sum(std::span<const Sums> groups, std::span<const double> weights,
                  std::size_t parts = resampled_parts);

/// Every metric of definitions() between two sets of sub-samples, with uncertainty and floor, for one range
/// of the incident energy (`energy` is its label).
std::vector<Metric> measure(std::span<const Sums> reference, std::span<const Sums> candidate,
                            const std::string& energy);

}  // namespace caloforge::validate
