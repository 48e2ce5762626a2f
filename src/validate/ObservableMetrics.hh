#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "validate/EnergyBins.hh"
#include "validate/EventObservables.hh"
#include "validate/Metrics.hh"
#include "validate/ObservableTable.hh"

namespace caloforge::validate {

/// The showers of a set that lie in one range of the incident energy. The table must outlive the view.
struct TableView {
    const ObservableTable* table = nullptr;
    std::vector<std::uint32_t> rows;
};

/// The rows that are compared, and those of one bin.
TableView compared_rows(const ObservableTable& table, const EnergyRange& compared);
TableView rows_of_bin(const ObservableTable& table, const EnergyBins& bins, std::size_t bin);

/// Showers of each set that distributions of observables need.
inline constexpr std::size_t showers_for_distributions = 100;

/// What two sets look like in every observable, in one range of the incident energy.
struct ObservableComparison {
    /// Separation, 1-Wasserstein distance, chi-square per degree of freedom and Kolmogorov-Smirnov p of every
    /// event-level observable; the first three, averaged over the layers, of every family.
    std::vector<Metric> metrics;
    core::Json drawings = core::Json::array();  ///< histograms, as Profiles.hh describes them
};

/// Compares the columns of two tables on `threads` threads (0: one per core); the result does not depend on
/// their number. `energy` is the label of the range. Formulae: doc/validation.md.
ObservableComparison compare_observables(const TableView& reference, const TableView& candidate,
                                         const EventObservables& observables, const std::string& energy,
                                         std::size_t threads);

}  // namespace caloforge::validate
