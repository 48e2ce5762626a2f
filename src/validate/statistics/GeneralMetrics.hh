#pragma once

#include <string>

#include "validate/statistics/Metric.hh"

namespace caloforge::validate {

/// Metrics that exist whatever the samples are. Formulae: doc/validation.md.
MetricInfo correlation_mad();
MetricInfo frechet_distance_metric();

/// Of what is left of the observables when the conditions have been taken out (ResidualMetrics.hh).
MetricInfo mean_worst();
MetricInfo width_worst();
MetricInfo correlation_residual_mad();
MetricInfo correlation_residual_worst();
MetricInfo mean_of(const std::string& observable, const std::string& label);
MetricInfo mean_shift_of(const std::string& observable, const std::string& label);
MetricInfo width_of(const std::string& observable, const std::string& label);

/// Copies (CopyMetrics.hh).
MetricInfo duplicate_share();
MetricInfo memorised_share();

/// Of a classifier on `what` ("observables", "cells"): area under the ROC curve and Jensen-Shannon
/// divergence.
MetricInfo classifier_auc(const std::string& what);
MetricInfo classifier_jsd(const std::string& what);

/// Of one observable, or of a family as the mean over its members. `label` as in ObservableInfo.
MetricInfo separation_of(const std::string& observable, const std::string& label);
MetricInfo wasserstein_of(const std::string& observable, const std::string& label);
MetricInfo chi_square_of(const std::string& observable, const std::string& label);
MetricInfo kolmogorov_p_of(const std::string& observable, const std::string& label);

}  // namespace caloforge::validate
