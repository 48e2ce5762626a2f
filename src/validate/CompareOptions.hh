#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "validate/Notices.hh"
#include "validate/statistics/Bins.hh"
#include "validate/statistics/SampleSet.hh"
#include "validate/statistics/Slicing.hh"

namespace caloforge::validate {

struct CompareOptions {
    // What changes the figures.
    Binning binning;
    /// By what else the comparison is told; both sets hold the fields.
    std::vector<Slicing> slicings = {};
    /// What is known already that a reader has to know.
    Notices notices = {};
    /// What the candidate's model learned from, to look for copies of; null: none. Has to outlive the
    /// comparison's construction.
    const SampleSet* training = nullptr;
    // What changes the speed only.
    std::size_t batch_size = 256;  ///< samples read at a time; fewer when samples are large
    std::size_t threads = 0;       ///< computing threads; 0: one per core
    // What the sets are called in results and messages.
    std::string reference_name = "reference";
    std::string candidate_name = "candidate";
    /// What classifiers may be trained on later: their metrics are listed, without values.
    std::vector<std::string> classifiers = {"observables"};
};

}  // namespace caloforge::validate
