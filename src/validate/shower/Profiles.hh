#pragma once

#include <span>
#include <string>
#include <vector>

#include "validate/shower/Accumulator.hh"
#include "validate/statistics/Drawing.hh"

namespace caloforge::validate {

/// What is drawn of two sets of sub-samples, in one range of the incident energy (`range` is its label). A y
/// is NaN where the set has nothing to average.
std::vector<Drawing> profiles(std::span<const Sums> reference, std::span<const Sums> candidate,
                              const ShowerObserver& observer, const std::string& range);

}  // namespace caloforge::validate
