#pragma once

#include <string>
#include <vector>

#include "core/Json.hh"
#include "validate/EventObservables.hh"
#include "validate/ObservableHistogram.hh"
#include "validate/ObservableMetrics.hh"

namespace caloforge::validate {

/// The distribution of one observable, as Profiles.hh describes drawings.
core::Json draw_distribution(const ObservableInfo& info, const ObservableHistogram& histogram,
                             const std::string& energy);

/// The mean of a family of observables (columns of the tables, one per layer) against the layer.
core::Json draw_family(const TableView& reference, const TableView& candidate, const std::string& family,
                       const std::vector<std::size_t>& columns, const std::string& label,
                       const std::string& energy);

}  // namespace caloforge::validate
