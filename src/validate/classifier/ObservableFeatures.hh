#pragma once

#include <cstddef>
#include <cstdint>

#include "validate/statistics/FeatureMatrix.hh"
#include "validate/statistics/ObservableTable.hh"

namespace caloforge::validate {

/// Every observable of the table's samples whose binning variable lies in `range`, at most `max_samples` of
/// them chosen by `seed`, and as the last column the binning variable (log10 of it where it is positive); one
/// row per sample, in no particular order. For a table in the order of its set these are the samples that
/// SampleChoice chooses from the set. No rows when the range holds none.
FeatureMatrix observable_features(const ObservableTable& table, const Binning& binning, const Range& range,
                                  std::size_t max_samples, std::uint64_t seed);

/// What trees see of the same samples, in the same order: the observables that count by themselves
/// (ObservableTable::own), those that grow over the root of the binning variable where that is positive
/// (numbers of cells grow about so with the energy, and trees of a few thousand samples do not find
/// quotients), and the binning variable. Fewer and sharper than all: every member of a family of 25 costs
/// trees as much as it tells.
FeatureMatrix own_features(const ObservableTable& table, const Binning& binning, const Range& range,
                           std::size_t max_samples, std::uint64_t seed);

}  // namespace caloforge::validate
