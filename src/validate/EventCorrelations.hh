#pragma once

#include <string>

#include "core/Json.hh"
#include "validate/Metrics.hh"
#include "validate/ObservableMetrics.hh"

namespace caloforge::validate {

/// Pearson correlations between all event-level observables and the incident energy, in one range of it.
struct CorrelationComparison {
    Metric metric;  ///< correlation_mad
    core::Json
        drawing;  ///< {"energy", "names": [F], "reference": [[F]], "candidate": [[F]]}; null: undefined
};

CorrelationComparison compare_correlations(const TableView& reference, const TableView& candidate,
                                           const EventObservables& observables, const std::string& energy);

}  // namespace caloforge::validate
