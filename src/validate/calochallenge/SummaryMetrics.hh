#pragma once

#include <vector>

#include "validate/calochallenge/Histograms.hh"
#include "validate/calochallenge/SplitClassifier.hh"
#include "validate/statistics/Metric.hh"

namespace caloforge::validate::calochallenge {

MetricInfo fpd_metric();
MetricInfo kpd_metric();
/// One for each histogram, and the mean of those of every kind that has several: of those with a value.
std::vector<Metric> separation_metrics(const std::vector<Histogram>& histograms);
/// Area and divergence.
std::vector<Metric> classifier_metrics(const SplitResult& result);

}  // namespace caloforge::validate::calochallenge
