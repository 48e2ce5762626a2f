#pragma once

#include <span>
#include <vector>

#include "validate/statistics/FeatureMatrix.hh"

namespace caloforge::validate {

/// Sum of the variances of a picture's columns; of any other column it is 1. Chosen on showers (Geant4)
/// damaged on purpose (doc/validation.md): with a larger one the network learns cells by heart before it
/// finds a shift of the energy scale.
inline constexpr double picture_variance = 0.25;

/// Brings features to one scale: (x - mean) / standard deviation per column, fitted on the training part of
/// both sets. The columns of a picture share one divisor, chosen so that their variances sum
/// to picture_variance: a cell that is hardly ever hit is not blown up, and thousands of cells do not drown a
/// few sums. A column that is constant in the training part becomes 0 for every
/// sample; what is missing (NaN, infinite) takes the training mean. Features `as_is` only have what is
/// missing filled. Read-only once constructed.
class Standardisation {
  public:
    /// From the given rows of each matrix.
    Standardisation(const FeatureMatrix& reference, const FeatureMatrix& candidate,
                    std::span<const std::size_t> reference_rows, std::span<const std::size_t> candidate_rows);

    /// `row` and `out` (columns).
    void apply(std::span<const float> row, std::span<float> out) const;

  private:
    std::vector<float> centre_;   ///< (columns)
    std::vector<float> factor_;   ///< (columns)
    std::vector<float> filling_;  ///< (columns), for what is missing, after the scaling
};

}  // namespace caloforge::validate
