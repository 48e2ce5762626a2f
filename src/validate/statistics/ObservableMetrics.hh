#pragma once

#include <string>
#include <vector>

#include "validate/statistics/Drawing.hh"
#include "validate/statistics/Metric.hh"
#include "validate/statistics/ObservableList.hh"
#include "validate/statistics/ObservableTable.hh"

namespace caloforge::validate {

/// Samples of each set that distributions of observables need.
inline constexpr std::size_t samples_for_distributions = 100;

/// Why two sets have no distributions to compare: too few samples, or all of a set empty. Empty when they
/// have.
std::string why_not_compared(const TableView& reference, const TableView& candidate,
                             const ObservableList& observables);

/// What two sets look like in every observable, in one range of the binning variable.
struct ObservableComparison {
    /// Separation, 1-Wasserstein distance, chi-square per degree of freedom and Kolmogorov-Smirnov p of every
    /// single observable; the first three, averaged over the members, of every family.
    std::vector<Metric> metrics;
    std::vector<Drawing> drawings;
};

/// Compares the columns of two tables on `threads` threads (0: one per core); the result does not depend on
/// their number. `range` is the label of the range. Formulae: doc/validation.md.
ObservableComparison compare_observables(const TableView& reference, const TableView& candidate,
                                         const ObservableList& observables, const std::string& range,
                                         std::size_t threads);

}  // namespace caloforge::validate
