#pragma once

#include <string>
#include <vector>

#include "validate/statistics/Metric.hh"

namespace caloforge::validate {

/// The metrics that sum up a comparison of showers (those of single observables are beside them): what every
/// comparison measures, and what trained classifiers add. Another metric is another entry here or in
/// shower_metrics().
std::vector<MetricInfo> summary_metrics();
std::vector<MetricInfo> classifier_metrics();

/// Of both lists; null when there is none of this name.
const MetricInfo* find_metric(const std::string& name);

}  // namespace caloforge::validate
