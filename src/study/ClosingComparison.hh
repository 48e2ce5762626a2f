#pragma once

#include <string>

#include "core/Json.hh"
#include "validate/Comparison.hh"

namespace caloforge::study {

/// What a training says at its end of the model beside the showers held out: a few figures with their
/// uncertainties, and in plain words what the model can be used for, or that these showers are too few to
/// tell.
struct ClosingComparison {
    core::Json json;   ///< {"held_out", "generated", "figures": {name: {"value", "uncertainty", "floor"}},
                       ///< "verdict": as validate::Verdict::json()}
    std::string text;  ///< for the terminal, several lines
};

/// Showers made for each one held out: then these alone limit what can be told.
inline constexpr std::size_t closing_copies = 4;

/// `name` of the model.
ClosingComparison closing_comparison(const validate::Comparison& comparison, const std::string& name);

/// The figures over the whole compared range that sum a comparison up, by name: {"value", "uncertainty",
/// "floor"}, null where it is not known.
core::Json figures(const validate::Comparison& comparison);

}  // namespace caloforge::study
