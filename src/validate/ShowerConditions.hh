#pragma once

#include <string>
#include <vector>

#include "data/ShowerSet.hh"
#include "geometry/Detector.hh"
#include "validate/Notices.hh"
#include "validate/shower/ShowerObserver.hh"
#include "validate/statistics/Slicing.hh"

namespace caloforge::validate {

/// Two sets of showers, cut down to the conditions that both hold, and what they are called.
struct ShowerPair {
    data::ShowerSet reference, candidate;
    std::string reference_name, candidate_name;
};

/// Leaves the particles and the range of theta that both sets have, by the rules that hold for the energy,
/// and says what is left out and what differs; nothing is left out where only one set states a condition.
/// Sets that share no particle are compared all the same, with a notice. Throws InputError for sets that
/// share no theta. Reads the conditions alone.
ShowerPair share_conditions(ShowerPair pair, Notices& notices);

/// By what else than energy such a pair can be told: `theta` in bins with these edges, degrees, and
/// `particle`, each where both sets state it and hold showers in two or more slices.
std::vector<Slicing> slicings_of(const ShowerPair& pair, const std::vector<double>& theta_edges);

/// About each shower's axis where the pair has showers that are inclined, and both sets state their
/// directions, and `detector` (null: none) knows how deep the layers of their cells lie; else about the axis
/// of the read-out, with a notice where that matters. `other`: a further set to be seen alike, or null.
AxisChoice axis_of(const ShowerPair& pair, const geometry::Detector* detector, const data::ShowerSet* other,
                   Notices& notices);

}  // namespace caloforge::validate
