#pragma once

#include <span>
#include <string>

#include "core/Json.hh"
#include "validate/Accumulator.hh"

namespace caloforge::validate {

/// What is drawn of two sets of sub-samples, in one range of the incident energy (`energy` is its label): an
/// array of {"name", "group", "x_label", "y_label", "log_y", "energy", "edges": [n + 1], "reference": {"y":
/// [n], "error": [n]}, "candidate": {...}}. Errors are one standard deviation (jackknife over sub-samples). A
/// y is null where the set has nothing to average.
core::Json profiles(std::span<const Sums> reference, std::span<const Sums> candidate,
                    const ShowerObserver& observer, const std::string& energy);

}  // namespace caloforge::validate
