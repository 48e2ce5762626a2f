#pragma once

#include <string>
#include <vector>

#include "data/ShowerDigest.hh"
#include "geometry/Detector.hh"
#include "sample/ConditionSpace.hh"
#include "sample/Constant.hh"

namespace caloforge::train {

/// What all training showers share and a network with the conditions `told` is not told: their particle, say.
/// Of what differs from shower to shower a warning tells, since the network learns the mixture; showers of
/// several particles are refused with InputError. `network`: its name, for messages.
std::vector<sample::Constant> untold_constants(const data::ShowerDigest& seen,
                                               const sample::ConditionSpace& told,
                                               const std::string& network);

/// Throws InputError where a network that is told impact points would learn from ones beside the detector's
/// cells.
void check_impact(const data::ShowerDigest& seen, const sample::ConditionSpace& told,
                  const geometry::Detector& detector);

}  // namespace caloforge::train
