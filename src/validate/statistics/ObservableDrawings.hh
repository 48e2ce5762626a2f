#pragma once

#include <string>

#include "validate/statistics/Drawing.hh"
#include "validate/statistics/ObservableHistogram.hh"
#include "validate/statistics/ObservableList.hh"
#include "validate/statistics/ObservableTable.hh"

namespace caloforge::validate {

/// The distribution of the observable in one column.
Drawing draw_distribution(const ObservableList& observables, std::size_t column,
                          const ObservableHistogram& histogram, const std::string& range);

/// The means of a family of observables against their places.
Drawing draw_family(const TableView& reference, const TableView& candidate, const ObservableList& observables,
                    const ObservableFamily& family, const std::string& range);

}  // namespace caloforge::validate
