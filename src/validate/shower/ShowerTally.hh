#pragma once

#include "validate/shower/Accumulator.hh"
#include "validate/shower/EventObservables.hh"
#include "validate/statistics/Tally.hh"

namespace caloforge::validate {

/// The sums of a set of showers: metrics of shower_metrics(), drawings of profiles().
class ShowerTally : public Tally {
  public:
    /// The observables must outlive it.
    ShowerTally(const EventObservables& observables, const Bins& bins, std::vector<Slicing> slicings);

    void take(const sample::Row& sample, std::size_t sub_sample, std::span<float> row) override;
    /// Throws UnitError when the mean sampling fractions differ by about a factor of 1000.
    void check(const Tally& candidate, const std::string& name,
               const std::string& candidate_name) const override;
    TallyComparison compare(const Tally& candidate, const Portion& portion,
                            const std::string& range) const override;
    /// {"sampling_fraction": the mean over the compared showers}, and of showers about their axes "axis":
    /// {"from": "impact" or "middle", "layer_depths_mm": [Z]}
    core::Json json() const override;

  private:
    double mean_fraction() const;

    const EventObservables* observables_;
    Bins bins_;
    std::vector<Slicing> slicings_;
    Accumulator sums_;                     ///< by the slots of the bins
    std::vector<Accumulator> slice_sums_;  ///< of each slicing
};

}  // namespace caloforge::validate
