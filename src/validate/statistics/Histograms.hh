#pragma once

#include <optional>
#include <span>
#include <vector>

namespace caloforge::validate {

/// 1/2 sum (h1 - h2)^2 / (h1 + h2) of two histograms, each first normalised to one. Nothing when one is
/// empty.
std::optional<double> separation(std::span<const double> first, std::span<const double> second);

/// candidate / reference - 1, the one of largest magnitude among the `used` bins; nothing without such a bin.
std::optional<double> largest_deviation(std::span<const double> reference, double reference_norm,
                                        std::span<const double> candidate, double candidate_norm,
                                        const std::vector<bool>& used);

/// Bins that hold more than `share` of the sum.
std::vector<bool> bins_above(std::span<const double> sums, double share);
/// The fewest bins, taken from the largest down, that hold `share` of the sum.
std::vector<bool> bins_holding(std::span<const double> sums, double share);

}  // namespace caloforge::validate
