#pragma once

#include <span>
#include <string>

#include "validate/statistics/Bins.hh"
#include "validate/statistics/Metric.hh"

namespace caloforge::validate {

/// Metrics that sum up a comparison as aligned lines: name, range, value ± uncertainty, floor, numbers of
/// samples (called `samples`), and a mark where the value lies beyond the floor. Of a range that cannot be
/// told only a footnote speaks.
std::string metrics_table(std::span<const Metric> metrics, const Binning& binning,
                          const std::string& samples);

}  // namespace caloforge::validate
