#pragma once

#include <span>
#include <vector>

#include "validate/shower/Accumulator.hh"
#include "validate/statistics/Metric.hh"

namespace caloforge::validate {

/// A metric that follows from sums over two sets: what it is, formula, how many showers it needs in each.
struct ShowerMetric {
    MetricInfo info;
    Outcome (*evaluate)(const Sums& reference, const Sums& candidate);
    std::size_t needs;
};

/// All that are measured, in the order in which they are listed.
const std::vector<ShowerMetric>& shower_metrics();

}  // namespace caloforge::validate
