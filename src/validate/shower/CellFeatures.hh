#pragma once

#include <cstddef>
#include <cstdint>

#include "data/ShowerSet.hh"
#include "validate/statistics/Bins.hh"
#include "validate/statistics/FeatureMatrix.hh"

namespace caloforge::validate {

/// What the classifier on cells is given.
enum class CellScaling {
    /// (E / E_inc)^(1/4) of every cell, which brings small deposits within reach; behind them E_z / E_inc of
    /// every
    /// layer, E_dep / E_inc and log10 (E_inc / GeV). The sums say nothing that the cells do not, but from few
    /// showers a network learns them only when told.
    standard,
    /// As CaloChallenge's evaluation (evaluate.py, cls-low): 100 E / E_inc of every cell, log10 (E_inc /
    /// MeV).
    calochallenge
};

struct CellFeatureOptions {
    CellScaling scaling = CellScaling::standard;
    std::size_t max_showers = 20000;
    std::uint64_t seed = 1;       ///< of the choice when there are more
    std::size_t batch_size = 64;  ///< showers read at a time; changes the speed only
};

/// Features of the showers of a set with incident energies in `range` (GeV), at most max_showers of them, one
/// row per shower in no particular order. Streams the set once; the memory is that of the result: 62.6 kB per
/// shower of 25 x 25 x 25 cells. No rows when the range holds no shower.
FeatureMatrix cell_features(const data::ShowerSet& set, const Range& range,
                            const CellFeatureOptions& options = {});

/// Features per shower for showers of so many cells and layers.
std::size_t cell_feature_columns(std::size_t cells, std::size_t layers, CellScaling scaling);

}  // namespace caloforge::validate
