#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace caloforge::app {

/// `validate --as calochallenge`: the CaloChallenge's own evaluation.
struct CaloChallengeOptions {
    std::string as;  ///< "calochallenge", or "": not asked for
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

/// The options that belong to it alone; those of `command` that do not go with it are there already.
void add_calochallenge_options(CLI::App& command, CaloChallengeOptions& options);

/// Evaluates, prints the table and writes metrics.json, figures and run.json into `out`. Throws as
/// calochallenge::evaluate does.
void run_calochallenge(const CaloChallengeOptions& options);

}  // namespace caloforge::app
