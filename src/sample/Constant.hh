#pragma once

#include <vector>

#include "core/Json.hh"
#include "sample/Field.hh"

namespace caloforge::sample {

/// A field that was the same for all samples a model was trained on, and that it is not told: its own samples
/// are of that value too.
struct Constant {
    Field field;
    std::vector<float> value;  ///< as many numbers as the field has
    bool operator==(const Constant&) const = default;
};

/// `constants` of a weights file (doc/format/weights.md).
core::Json json(const std::vector<Constant>& constants);
/// Throws InputError naming the field that makes no sense: a file may hold anything.
std::vector<Constant> constants_from_json(const core::Json& json);

}  // namespace caloforge::sample
