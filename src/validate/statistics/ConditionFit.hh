#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "validate/statistics/ObservableTable.hh"

namespace caloforge::validate {

/// The smooth dependence of the single observables on what the samples were made from, as one set shows it:
/// with it taken out, showers of all energies tell together how observables fluctuate and belong together.
///
/// Of every observable o, by least squares over the samples that have it: its mean m(c), linear in Legendre
/// polynomials of the binning variable (of its logarithm where that is positive; up to degree 5, fewer for
/// few samples or values) and in every other condition v and v^2; and its spread s(c), as half of ln (o -
/// m)^2 is linear in polynomials up to degree 2. What is neglected: dependence on products of conditions.
class ConditionFit {
  public:
    /// Of `reference`, over `singles` columns. `logarithmic`: the binning variable is positive. Only
    /// conditions named in `conditions` count.
    ConditionFit(const TableView& reference, std::size_t singles, bool logarithmic,
                 std::vector<std::string> conditions);

    /// What is expected of every row of a table with these conditions, (N, singles) each.
    struct Expected {
        std::vector<double> means;    ///< m(c); NaN where the reference does not have the observable
        std::vector<double> spreads;  ///< s(c), above zero
    };
    Expected of(const ObservableTable& table) const;

  private:
    struct Fitted {
        std::vector<double> mean, spread;  ///< coefficients of the terms
    };
    /// Of `row`, where `columns` are those of conditions_ in the table.
    std::vector<double> terms(const ObservableTable& table, std::size_t row,
                              const std::vector<std::size_t>& columns) const;
    std::vector<std::size_t> columns_in(const ObservableTable& table) const;

    bool logarithmic_;
    double low_ = 0, high_ = 0;  ///< of the binning variable, or of its logarithm
    std::size_t degree_ = 0;
    std::vector<std::string> conditions_;
    std::vector<double> scales_;  ///< largest magnitude of each
    std::vector<Fitted> fitted_;
};

/// Names of the conditions that both tables have.
std::vector<std::string> shared_conditions(const ObservableTable& one, const ObservableTable& other);

}  // namespace caloforge::validate
