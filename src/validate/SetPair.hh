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
/// ranges, or what their tallies say. Warns when the ranges or the spectra of the binning variable differ and
/// when all samples of a set are empty.
SetPair read_pair(const SampleSet& reference, const SampleSet& candidate, const Observables& observables,
                  const CompareOptions& options);

}  // namespace caloforge::validate
