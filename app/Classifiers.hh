#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/ShowerSet.hh"
#include "study/TrainedClassifier.hh"
#include "validate/Comparison.hh"

namespace caloforge::app {

struct ClassifierOptions {
    std::string which = "all";    ///< "all", "observables" or "none"
    std::size_t showers = 20000;  ///< of each set, at most
    std::uint64_t seed = 1;
    bool reference = false;   ///< the CaloChallenge's own classifier instead of the default
    bool trees_only = false;  ///< quick: without the network on observables, even where libtorch is
};

/// Trains the classifiers on the compared showers and puts their areas into the comparison's metrics (with
/// the floor: the reference's halves told apart in the same way). On observables: the best of trees and
/// network. `threads` 0: all cores. Where libtorch is not there the trees stand alone, and the metrics on
/// cells stay null and say so.
std::vector<study::TrainedClassifier> run_classifiers(const ClassifierOptions& options,
                                                      const data::ShowerSet& reference,
                                                      const data::ShowerSet& candidate, std::size_t threads,
                                                      validate::Comparison& comparison);

}  // namespace caloforge::app
