#pragma once

#include <optional>
#include <vector>

#include "infer/Model.hh"
#include "sample/Columns.hh"
#include "sample/Distribution.hh"

namespace caloforge::study {

/// What is asked of one condition of a run's showers: how each of its numbers goes from shower to shower, in
/// the field's unit. A number that nothing is said of is drawn as the model says.
struct AskedCondition {
    sample::Field field;
    std::vector<std::optional<sample::Distribution>> numbers;
};
using AskedConditions = std::vector<AskedCondition>;

/// Throws InputError for a condition that the model does not take, infer::OutsideTrained for one that it was
/// not trained at throughout; where the model allows extrapolation, the latter is a warning.
void check(const AskedConditions& asked, const infer::Model& model);
/// Of showers with these keys; what nothing is said of is left out. `asked` has passed check().
sample::Columns draw(const AskedConditions& asked, const infer::Model& model,
                     std::span<const sample::Key> keys);

}  // namespace caloforge::study
