#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/Json.hh"

namespace caloforge::validate {

/// Points of a mean ROC curve; small, for a page.
inline constexpr std::size_t roc_points = 64;

/// Of entries above a threshold on the score, which goes down along the curve: both shares ascend.
struct RocCurve {
    std::vector<double> reference;  ///< share of the reference called candidate (false positives)
    std::vector<double> candidate;  ///< share of the candidates called candidate (true positives)

    /// {"reference": [n], "candidate": [n]}, four digits.
    core::Json json() const;
};

/// Mean of several ROC curves: of the candidates' shares at fixed shares of the reference, ((i / 63)^2 for i
/// from 0 to 63, so that the steep beginning is drawn), between the scores linearly. Tied scores give a
/// straight line.
class RocMean {
  public:
    /// `weight` is the curve's share in the mean, up to a factor. Both samples must hold scores.
    void add(std::span<const float> reference_scores, std::span<const float> candidate_scores, double weight);
    /// Empty before the first add.
    RocCurve curve() const;

  private:
    std::vector<double> sum_;
    double weight_ = 0;
};

}  // namespace caloforge::validate
