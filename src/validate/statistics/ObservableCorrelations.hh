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
    Metric metric;  ///< correlation_mad
    /// The difference of the pair whose correlations differ most significantly, `where` "one, other".
    Metric worst;
    std::optional<CorrelationDrawing> drawing;  ///< nothing: undefined
};

/// `binning`: what the binning variable is called.
CorrelationComparison compare_correlations(const TableView& reference, const TableView& candidate,
                                           const ObservableList& observables, const std::string& binning,
                                           const std::string& range);

}  // namespace caloforge::validate
