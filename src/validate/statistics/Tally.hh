#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "sample/Columns.hh"
#include "validate/statistics/Drawing.hh"
#include "validate/statistics/Metric.hh"

namespace caloforge::validate {

/// A part of the compared samples: a bin of the binning variable, a slice of a slicing, or all.
struct Portion {
    std::optional<std::size_t> slicing;  ///< none: the binning variable
    std::optional<std::size_t> bin;      ///< or slice; none: all
};

/// What sums say of two sets in one range of the binning variable.
struct TallyComparison {
    std::vector<Metric> metrics;
    std::vector<Drawing> drawings;
};

/// Sums over the samples of one set, per bin (and slice) and sub-sample, for metrics and drawings that do not
/// follow from the observables one by one.
class Tally {
  public:
    virtual ~Tally() = default;

    /// Adds a sample that lies in the compared range, and fills its observables in place of
    /// Observables::fill, in any case. Several threads may take samples of different sub-samples at a time;
    /// those of one sub-sample come in order, which makes every sum independent of the number of threads.
    virtual void take(const sample::Row& sample, std::size_t sub_sample, std::span<float> row) = 0;

    /// Throws InputError when the candidate's tally cannot be that of a set like this, the reference; the
    /// names are what the sets are called.
    virtual void check(const Tally& candidate, const std::string& name,
                       const std::string& candidate_name) const = 0;
    /// This reference beside a candidate of the same kind, in a portion that is called `range`.
    virtual TallyComparison compare(const Tally& candidate, const Portion& portion,
                                    const std::string& range) const = 0;
    /// Members that metrics.json has of the set beside those of every kind.
    virtual core::Json json() const = 0;
};

}  // namespace caloforge::validate
