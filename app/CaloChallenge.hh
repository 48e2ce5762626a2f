#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace caloforge::app {

/// `validate --as calochallenge`: the CaloChallenge's own evaluation.
struct CaloChallengeOptions {
    std::vector<std::string> reference, candidate;
    std::string reference_name = "reference", candidate_name = "candidate";
    double reference_scale = 0, reference_energy_scale = 0;
    double candidate_scale = 0, candidate_energy_scale = 0;
    std::string binning;                 ///< XML
    std::string classifiers = "all";     ///< "all", "none" or one of calochallenge::classifier_names
    std::size_t classifier_showers = 0;  ///< of each set, at most; 0: all
    std::size_t epochs = 0;              ///< 0: evaluate.py's
    std::uint64_t seed = 1;
    std::size_t threads = 0;
    std::string out;
    bool json = false;
};

/// Evaluates, prints the table and writes metrics.json, figures and run.json into `out`. Throws as
/// calochallenge::evaluate does.
void run_calochallenge(const CaloChallengeOptions& options);

}  // namespace caloforge::app
