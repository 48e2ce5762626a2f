#pragma once

#include <span>

#include "data/ShowerSet.hh"
#include "validate/Comparison.hh"
#include "validate/Summary.hh"

namespace caloforge::validate {

/// Both sets, reduced over the energies that they share.
struct SetPair {
    Summary reference;
    Summary candidate;
    EnergyRange range;
};

/// Reads both sets, twice when their energy ranges differ. Throws InputError when they cannot be compared:
/// different grids, disjoint energies, a factor of 1000 between their units. Warns when the ranges or the
/// spectra of the incident energy differ and when all showers of a set are empty.
SetPair read_pair(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                  const ShowerObserver& observer, const EventObservables& observables,
                  const CompareOptions& options);

/// Sum over all sub-samples; the same per shower, 0 without showers.
double total(std::span<const Sums> groups, Scalar scalar);
double mean(std::span<const Sums> groups, Scalar scalar);

}  // namespace caloforge::validate
