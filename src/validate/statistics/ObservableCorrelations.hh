#pragma once

#include <optional>
#include <string>

#include "validate/statistics/Drawing.hh"
#include "validate/statistics/Metric.hh"
#include "validate/statistics/ObservableList.hh"
#include "validate/statistics/ObservableTable.hh"

namespace caloforge::validate {

/// Pearson correlations between all single observables and the binning variable, in one range of it.
struct CorrelationComparison {
    Metric metric;  ///< their mean absolute difference
    /// The difference of the pair whose correlations differ most significantly, `where` "one, other":
    /// correlation_residual_worst.
    Metric worst;
    std::optional<CorrelationDrawing> drawing;  ///< nothing: undefined
};

/// `binning`: what the binning variable is called. `info`: what the mean difference is, correlation_mad() or,
/// of observables at equal conditions, correlation_residual_mad().
CorrelationComparison compare_correlations(const TableView& reference, const TableView& candidate,
                                           const ObservableList& observables, const std::string& binning,
                                           const std::string& range, const MetricInfo& info);

}  // namespace caloforge::validate
