#pragma once

#include <string>
#include <vector>

#include "ValidateOptions.hh"
#include "data/ShowerSet.hh"

namespace caloforge::app {

/// As which of the two a set is read.
enum class Side { reference, candidate };

/// A set of showers with the units and the cut on cells that the options state. Throws InputError.
data::ShowerSet open_set(const ValidateOptions& options, Side side, const std::vector<std::string>& patterns);

/// Which showers the options choose, of every set alike. Throws UsageError naming the option.
std::vector<data::ConditionCut> cuts_of(const ValidateOptions& options);

/// Those of them; all without cuts. Throws InputError where none is left.
data::ShowerSet chosen(const data::ShowerSet& set, const std::vector<data::ConditionCut>& cuts);

}  // namespace caloforge::app
