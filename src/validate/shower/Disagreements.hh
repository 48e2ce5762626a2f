#pragma once

#include <span>
#include <string>
#include <vector>

#include "validate/statistics/Metric.hh"

namespace caloforge::validate {

/// In what two sets of showers disagree most, in words, the worst first: at most three of the means, spreads
/// and correlations at equal conditions (ResidualMetrics.hh), each in its worst range. A disagreement counts
/// by how far the nearer end of its 95 % interval lies from none, beside what would matter to an analysis: 2
/// % of a mean, 10 % of a spread, 0.1 of a standard deviation or of a correlation. Those that chance makes
/// among so many with a probability of 5 % or more are left out. `whole`: the label of the whole compared
/// range.
std::vector<std::string> worst_disagreements(std::span<const Metric> metrics, const std::string& whole);

}  // namespace caloforge::validate
