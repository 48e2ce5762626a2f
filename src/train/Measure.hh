#pragma once

#include <string>
#include <vector>

#include "core/Json.hh"

namespace caloforge::train {

/// A number that a trainer says of a step or of showers held out.
struct Measure {
    std::string name;   ///< in metrics.jsonl; "a.b" is member b of a
    double value = 0;   ///< NaN is written as null
    std::string shown;  ///< as the progress line has it, "D real 0.693"; "": not shown
};
using Measures = std::vector<Measure>;

/// {"a": {"b": value}, ...}
core::Json json(const Measures& measures);
/// What is shown, on one line.
std::string text(const Measures& measures);

}  // namespace caloforge::train
