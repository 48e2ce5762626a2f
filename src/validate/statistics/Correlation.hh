#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "validate/statistics/ObservableTable.hh"

namespace caloforge::validate {

/// Pearson correlations of C observables.
struct CorrelationMatrix {
    std::size_t columns = 0;
    std::vector<double> values;  ///< (C, C), symmetric; NaN where a correlation is not defined

    double operator()(std::size_t i, std::size_t j) const { return values[i * columns + j]; }
};

/// Sums from which correlations follow, taken pair by pair over the entries that have both observables.
/// Linear: sums of parts of a set, each with a weight, give the correlations of any resampling of the parts.
class CorrelationSums {
  public:
    /// `centre` (C): a value within the range of each observable, finite; keeps the sums precise. Sums that
    /// are added to each other need the same.
    explicit CorrelationSums(std::vector<double> centre);

    /// Adds entries, (n, C) row-major. Throws InputError when the size is no multiple of C.
    void add(std::span<const float> values);
    /// this += weight * other. Throws InputError when the centres differ.
    void add(const CorrelationSums& other, double weight);

    /// r_ij = cov(i, j) / sqrt(var(i) var(j)). Not defined for a pair with less than three entries in common
    /// or an observable that is constant among these (standard deviation below 1e-6 of its distance from the
    /// centre: rounding).
    CorrelationMatrix matrix() const;

  private:
    std::vector<double> centre_;
    // (C, C), over the entries that have i and j, x being the distance from the centre.
    std::vector<double> number_;
    std::vector<double> sum_;      ///< of x_i
    std::vector<double> square_;   ///< of x_i^2
    std::vector<double> product_;  ///< of x_i x_j
};

/// Means of the chosen columns over the entries that have them, 0 where none has: a good centre.
std::vector<double> column_means(const ObservableTable& table, std::span<const std::size_t> columns);

/// Correlations of the chosen columns, in their order. Throws InputError for a column that is not there.
CorrelationMatrix correlation_matrix(const ObservableTable& table, std::span<const std::size_t> columns);

/// Mean of |r_ij(candidate) - r_ij(reference)| over the pairs i < j that are defined in both; nothing when
/// there is no such pair. Between 0 and 2. Throws InputError when the sizes differ.
std::optional<double> correlation_difference(const CorrelationMatrix& reference,
                                             const CorrelationMatrix& candidate);

}  // namespace caloforge::validate
