#pragma once

#include <span>
#include <string>

#include "validate/Metrics.hh"

namespace caloforge::validate {

/// Metrics of the group "summary" as aligned lines: name, energy bin, value ± uncertainty, floor, showers,
/// and a mark where the value lies beyond the floor by more than two standard deviations. Of a range that
/// cannot be told only a footnote speaks.
std::string metrics_table(std::span<const Metric> metrics);

}  // namespace caloforge::validate
