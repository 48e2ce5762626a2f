#pragma once

#include <span>
#include <vector>

namespace caloforge::validate {

/// Largest certainty that a calibration gives: probabilities stay within [1e-6, 1 - 1e-6], so that one entry
/// cannot make a cross-entropy infinite. The value of the CaloChallenge's evaluation.
inline constexpr double probability_margin = 1e-6;

/// Area under the ROC curve: the probability that a candidate entry scores higher than a reference entry,
/// ties counting half. 1/2: the classifier cannot tell, below 1/2: it is wrong more often than right. The
/// scores come in any order; the sizes may differ. Throws InputError for an empty sample or a NaN.
double area_under_curve(std::span<const float> reference_scores, std::span<const float> candidate_scores);

/// Standard error of area_under_curve by DeLong, DeLong and Clarke-Pearson (Biometrics 44 (1988) 837):
/// sqrt(s_r^2 / n_r + s_c^2 / n_c), with s^2 the sample variances of the placements (of an entry: the share
/// of the other sample on its right side, ties half). Holds for scores of entries that the classifier was not
/// trained on; the spread between trainings is not in it. Zero where the samples are separate. Throws
/// InputError when a sample has less than two entries or a NaN.
double area_standard_error(std::span<const float> reference_scores, std::span<const float> candidate_scores);

/// Turns scores into probabilities of being a candidate: the non-decreasing function of the score with the
/// least mean square distance from the labels (pool adjacent violators), linear between the fitted scores,
/// constant outside, kept within the margin above. Both classes weigh the same however many entries each has,
/// so 1/2 means "cannot tell". Read-only once constructed.
class IsotonicCalibration {
  public:
    /// Labels are 0 (reference) or 1 (candidate). Throws InputError when the sizes differ, a label is
    /// something else, a class is missing or a score is not finite.
    IsotonicCalibration(std::span<const float> scores, std::span<const float> labels);

    /// NaN for a NaN.
    double operator()(float score) const;

  private:
    std::vector<double> scores_;         ///< ascending
    std::vector<double> probabilities_;  ///< at scores_, ascending
};

/// Estimate of the Jensen-Shannon divergence between reference and candidate, in bits, from calibrated
/// probabilities of being a candidate: 1 - H / ln 2, H = 1/2 <-ln(1 - p)>_reference + 1/2 <-ln p>_candidate,
/// clipped to >= 0. 0: cannot be told apart, 1: always. The best classifier gives the divergence itself, any
/// other less. Equal weights of the classes are the CaloChallenge's mean over two sets of equal size. Throws
/// InputError for an empty sample or a number outside [0, 1].
double jensen_shannon(std::span<const double> reference_probability,
                      std::span<const double> candidate_probability);

}  // namespace caloforge::validate
