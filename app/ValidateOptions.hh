#pragma once

#include <string>
#include <vector>

#include "CaloChallenge.hh"
#include "Classifiers.hh"
#include "Command.hh"
#include "core/Json.hh"

namespace caloforge::app {

/// What `caloforge validate` is told.
struct ValidateOptions {
    std::vector<std::string> reference;
    std::vector<std::string> candidate;
    std::string model;  ///< that makes the candidate, or ""
    std::string reference_name = "reference";
    std::string candidate_name = "candidate";
    double reference_scale = 0, reference_energy_scale = 0;
    double candidate_scale = 0, candidate_energy_scale = 0;
    std::vector<std::string> beside;
    std::string beside_name = "beside";
    std::vector<std::string> training;
    std::string detector;  ///< "": the model's, or clic-ecal
    std::vector<double> energy_edges, theta_edges;
    std::string energy, theta, particle;  ///< which showers; empty: all
    double cell_threshold = -1;
    ClassifierOptions classifiers;
    std::string gates;
    bool allow_undecided = false;
    std::string out;
    std::size_t threads = 0;
    bool json = false;
    CaloChallengeOptions calochallenge;  ///< what belongs to that alone, until it is asked for
    bool showers_given = false;          ///< whether --classifier-showers was
};

void add_validate_options(CLI::App& command, ValidateOptions& options);

/// Who makes the candidate. Throws UsageError unless it is said, and once.
void check_candidate(const ValidateOptions& options);

/// For run.json.
core::Json configuration_of(const ValidateOptions& options);

}  // namespace caloforge::app
