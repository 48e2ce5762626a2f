#pragma once

#include "validate/CompareOptions.hh"
#include "validate/Summary.hh"

namespace caloforge::validate {

/// Both sets, reduced over the values of the binning variable that they share.
struct SetPair {
    Summary reference;
    Summary candidate;
    Range range;
};

/// Reads both sets, twice when their ranges differ. Throws InputError when they cannot be compared: disjoint
/// ranges, or what their tallies say. Notices when the ranges or the spectra of the binning variable differ
/// and when all samples of a set are empty.
SetPair read_pair(const SampleSet& reference, const SampleSet& candidate, const Observables& observables,
                  const CompareOptions& options, Notices& notices);

/// One set, reduced over a range of the binning variable, with progress told.
Summary read_set(const SampleSet& set, const std::string& name, const Observables& observables,
                 const CompareOptions& options, const Range& range);

}  // namespace caloforge::validate
