#pragma once

#include "Classifiers.hh"

namespace caloforge::app {

/// run_classifiers() where libtorch is.
std::vector<study::TrainedClassifier> train_classifiers(const ClassifierOptions& options,
                                                        const data::ShowerSet& reference,
                                                        const data::ShowerSet& candidate, std::size_t threads,
                                                        validate::Comparison& comparison);

}  // namespace caloforge::app
