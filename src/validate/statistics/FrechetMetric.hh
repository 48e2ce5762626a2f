#pragma once

#include <string>

#include "validate/statistics/Metric.hh"
#include "validate/statistics/ObservableList.hh"
#include "validate/statistics/ObservableTable.hh"

namespace caloforge::validate {

/// "fpd": the Frechet physics distance on ObservableList::own_columns() of the samples that have all of them.
/// The floor is its value between the even and the odd samples of the reference, null where these are too
/// few; it is not scaled, since the distance is extrapolated to infinite samples.
Metric frechet_metric(const TableView& reference, const TableView& candidate,
                      const ObservableList& observables, const std::string& range);

}  // namespace caloforge::validate
