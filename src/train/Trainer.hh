#pragma once

#include <cstdint>
#include <string>

#include "core/Json.hh"
#include "data/ShowerBatch.hh"
#include "data/ShowerSet.hh"
#include "network/WeightsFile.hh"

namespace caloforge::train {

/// What one training step says about itself.
struct StepOutcome {
    core::Json line;       ///< for metrics.jsonl
    std::string progress;  ///< for the terminal
    std::string trouble;   ///< why the training can no longer come to anything, "" while all is well
};

/// How a network of one family is trained. Everything random is keyed by the step, so that the state of a
/// training is its tensors and its step number. One thread at a time.
class Trainer {
  public:
    virtual ~Trainer() = default;
    /// `step` counts from 0 over the whole training.
    virtual StepOutcome step(const data::ShowerBatch& batch, std::uint64_t step) = 0;
    /// The generator as it is to be used, under the role "generator".
    virtual void store_model(network::WeightsFile& file) = 0;
    /// All that a resumed training needs, the generator to use among it.
    virtual void store(network::WeightsFile& file) = 0;
    /// Throws InputError for a checkpoint of another network.
    virtual void load(const network::WeightsFile& file) = 0;
    /// How well the generator, as it is to be used, describes showers that it does not learn from: means over
    /// them, for metrics.jsonl. Empty for a network that has no such measure.
    virtual core::Json held_out(const data::ShowerSet&) { return core::Json::object(); }
    /// Bytes that a process holds in a step, as predicted; 0: not known.
    virtual std::uint64_t predicted_memory() const { return 0; }
    /// What the generator takes besides the incident energy: members of `conditions` in the document.
    virtual core::Json conditions() const { return core::Json::object(); }
};

}  // namespace caloforge::train
