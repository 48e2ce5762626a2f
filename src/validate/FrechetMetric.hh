#pragma once

#include <string>

#include "validate/Metrics.hh"
#include "validate/ObservableMetrics.hh"

namespace caloforge::validate {

/// "fpd": the Frechet physics distance on the event-level observables and the layer energies of the showers
/// that have all of them. The floor is its value between the even and the odd showers of the reference, null
/// where these are too few; it is not scaled, since the distance is extrapolated to infinite samples.
Metric frechet_metric(const TableView& reference, const TableView& candidate,
                      const EventObservables& observables, const std::string& energy);

}  // namespace caloforge::validate
