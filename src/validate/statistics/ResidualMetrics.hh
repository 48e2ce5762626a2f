#pragma once

#include <string>
#include <vector>

#include "validate/statistics/ConditionFit.hh"
#include "validate/statistics/Metric.hh"
#include "validate/statistics/ObservableCorrelations.hh"
#include "validate/statistics/ObservableList.hh"
#include "validate/statistics/ObservableTable.hh"

namespace caloforge::validate {

/// The single observables of two sets with what the conditions explain taken out (ConditionFit of the
/// reference), and what can then be said of them: means at equal conditions, widths and correlations of what
/// fluctuates. With a spectrum of energies most of an observable's spread is energy, which hides all of
/// these.
class Residuals {
  public:
    /// `logarithmic`: the binning variable is positive. The views' tables are not needed afterwards.
    Residuals(const TableView& reference, const TableView& candidate, const ObservableList& observables,
              bool logarithmic);

    /// mean_<observable>_rel, or mean_<observable>_shift of one that has both signs; width_<observable>_rel;
    /// the most significant of each kind, mean_worst and width_worst; correlation_residual_mad and
    /// correlation_residual_worst. Of the rows of these views, which are of the tables given at construction.
    std::vector<Metric> compare(const TableView& reference, const TableView& candidate,
                                const std::string& binning, const std::string& range) const;

  private:
    struct Side {
        ObservableTable scaled;          ///< (o - m) / s, the single observables alone
        std::vector<double> difference;  ///< (N, F) o - m
    };
    Side side_of(const ObservableTable& table, const ConditionFit& fit) const;

    const ObservableList& observables_;
    std::vector<bool> positive_;  ///< of every observable, that the reference's are not below zero
    Side reference_, candidate_;
};

}  // namespace caloforge::validate
