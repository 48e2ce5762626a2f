#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "validate/statistics/Resampling.hh"
#include "validate/statistics/Series.hh"

namespace caloforge::validate {

/// Edges of 50 bins of equal width between the 0.1 % and the 99.9 % quantile of the reference's finite
/// `values`, sorted. Whole numbers get a bin each.
std::vector<double> observable_edges(std::span<const float> values, bool whole_numbers);

/// One observable of two sets on common bins, counted per sub-sample (sample number modulo 32). Beside the
/// bins between the edges there are three more: below, above, and samples that do not have the observable.
class ObservableHistogram {
  public:
    static constexpr std::size_t inner_bins = 50;

    using Counts = std::array<std::vector<double>, sub_samples>;  ///< per sub-sample (bins() + 3)

    /// Edges at equal distances; values per sample, NaN for none, and the sub-sample of each.
    ObservableHistogram(std::vector<double> edges, const std::vector<float>& reference,
                        const std::vector<std::uint8_t>& reference_group, const std::vector<float>& candidate,
                        const std::vector<std::uint8_t>& candidate_group);

    std::size_t bins() const { return edges_.size() - 1; }
    const std::vector<double>& edges() const { return edges_; }
    const Counts& reference() const { return reference_; }
    const Counts& candidate() const { return candidate_; }

    /// Distance of two counted histograms, from their distribution functions at the edges, in units of x.
    double wasserstein(const std::vector<double>& first, const std::vector<double>& second) const;

  private:
    void count(const std::vector<float>& values, const std::vector<std::uint8_t>& group, Counts& into) const;

    std::vector<double> edges_;
    Counts reference_;
    Counts candidate_;
};

/// Share of the samples per bin, with errors (jackknife over sub-samples).
Series drawn_counts(const ObservableHistogram::Counts& counts, std::size_t bins);

}  // namespace caloforge::validate
