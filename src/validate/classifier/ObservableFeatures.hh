#pragma once

#include <cstddef>
#include <cstdint>

#include "validate/EnergyBins.hh"
#include "validate/ObservableTable.hh"
#include "validate/classifier/FeatureMatrix.hh"

namespace caloforge::validate {

/// Every observable of the table's showers with incident energies in `range` (GeV), at most `max_showers` of
/// them chosen by `seed`, and log10 (E_inc / GeV) as the last column; one row per shower, in no particular
/// order. For a table in the order of its set these are the showers that cell_features chooses. No rows when
/// the range holds no shower.
FeatureMatrix observable_features(const ObservableTable& table, const EnergyRange& range,
                                  std::size_t max_showers, std::uint64_t seed);

}  // namespace caloforge::validate
