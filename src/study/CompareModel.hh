#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "comm/Communicator.hh"
#include "data/ShowerSet.hh"
#include "infer/Team.hh"
#include "network/WeightsFile.hh"
#include "validate/Comparison.hh"

namespace caloforge::study {

/// How a model in training is held against showers.
struct CompareModelOptions {
    std::filesystem::path folder;  ///< of temporary files, on the first rank
    std::string name;              ///< of the model in messages and figures
    std::string device = "cpu";
    int threads = 0;
    std::uint64_t seed = 1;  ///< always the same noise: differences are the models'
    std::size_t copies = 1;  ///< showers made for each of the set
};

/// All ranks make showers with the conditions of `set`, the first compares them with it, without classifiers:
/// what it finds, nothing on other ranks. `model`: on the first rank. Errors as in comm::together().
std::optional<validate::Comparison> compare_model(const data::ShowerSet& set,
                                                  const network::WeightsFile& model,
                                                  const CompareModelOptions& options,
                                                  comm::Communicator& communicator);

}  // namespace caloforge::study
