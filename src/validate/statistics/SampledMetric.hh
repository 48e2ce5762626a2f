#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "validate/statistics/Metric.hh"
#include "validate/statistics/ObservableHistogram.hh"
#include "validate/statistics/ObservableTable.hh"
#include "validate/statistics/Resampling.hh"

namespace caloforge::validate {

/// Sub-sample of every row.
std::vector<std::uint8_t> groups_of(const TableView& view);

/// How the sub-samples of a comparison are drawn; the same for all observables of a range.
struct Draws {
    std::vector<std::uint8_t> reference_group;  ///< sub-sample of every row
    std::vector<std::uint8_t> candidate_group;
    std::vector<Weights> reference_weights;  ///< (replicas)
    std::vector<Weights> candidate_weights;
    std::vector<std::vector<bool>> halves;  ///< (floor_splits)
    std::size_t groups = 0;                 ///< filled ones of the set that has fewer

    Draws(std::vector<std::uint8_t> reference, std::vector<std::uint8_t> candidate);
};

/// A pair of histograms of counts.
struct HistogramPair {
    std::vector<double> first;
    std::vector<double> second;
};

/// An observable's histograms: as they are, resampled, and of the reference's halves.
struct ResampledHistograms {
    HistogramPair whole;
    std::vector<HistogramPair> replicas;
    std::vector<HistogramPair> halves;

    ResampledHistograms(const ObservableHistogram& histogram, const Draws& draws);
};

/// A metric with its values in every replica and (scaled to the sizes compared) in every halving, so that
/// means over a family can be taken draw by draw.
struct SampledMetric {
    std::optional<double> value;
    std::vector<double> replicas;
    std::vector<double> halves;

    SampledMetric() = default;
    SampledMetric(const ResampledHistograms& histograms, Scaling scaling,
                  const std::function<double(const HistogramPair&)>& metric);

    /// Draw by draw; empty when one of the parts has no value.
    static SampledMetric mean(const std::vector<const SampledMetric*>& parts);
    /// Fills value, uncertainty and floor; `no_value` is the reason when there is none.
    void fill(Metric& metric, std::size_t groups, const std::string& no_value) const;
};

}  // namespace caloforge::validate
