#pragma once

#include <span>
#include <string>
#include <vector>

#include "validate/Metrics.hh"

namespace caloforge::validate {

/// Replicas of the bootstrap; 200 give an uncertainty good to 5 %.
inline constexpr std::size_t bootstrap_replicas = 200;
/// Stream of core::RandomStream that draws sub-samples; its "shower" is the replica.
inline constexpr std::uint32_t bootstrap_stream = 0x50000;

/// Sum of sub-samples, each with its weight, over the first `parts` parts.
Sums weighted_sum(std::span<const Sums> groups, std::span<const double> weights,
                  std::size_t parts = resampled_parts);

/// Every metric of definitions() between two sets of sub-samples, with uncertainty and floor, for one range
/// of the incident energy (`energy` is its label).
std::vector<Metric> measure(std::span<const Sums> reference, std::span<const Sums> candidate,
                            const std::string& energy);

}  // namespace caloforge::validate
