#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data/ShowerBatch.hh"
#include "data/ShowerSet.hh"
#include "network/WeightsFile.hh"
#include "sample/ConditionSpace.hh"
#include "train/Measure.hh"

namespace caloforge::model {
class Network;
}

namespace caloforge::train {

/// What one training step says about itself.
struct StepOutcome {
    Measures measures;
    std::string trouble;  ///< why the training can no longer come to anything, "" while all is well
    std::vector<std::pair<std::string, double>> seconds;  ///< by phase, of this rank
};

/// What a look at showers held out says: means over those that count. The lower the first measure, the better
/// the generator.
struct HeldOut {
    std::uint64_t showers = 0;
    Measures measures;
};

/// How a network of one family is trained. Everything random is keyed by the step, so that the state of a
/// training is its tensors and its step number. One thread at a time.
class Trainer {
  public:
    virtual ~Trainer() = default;
    /// `step` counts from 0 over the whole training.
    virtual StepOutcome step(const data::ShowerBatch& batch, std::uint64_t step) = 0;
    /// The generator as it is to be used, under the role "generator", and what `training` of the document
    /// says of it alone.
    virtual void store_model(network::WeightsFile& file) = 0;
    /// All that a resumed training needs, the generator to use among it.
    virtual void store(network::WeightsFile& file) = 0;
    /// Throws InputError for a checkpoint of another network.
    virtual void load(const network::WeightsFile& file) = 0;
    /// How well the generator, as it is to be used, describes showers that it does not learn from. Only of
    /// families that say so in their Abilities.
    virtual HeldOut held_out(const data::ShowerSet&) { return {}; }
    /// Bytes that a process holds in a step, as predicted; 0: not known.
    virtual std::uint64_t predicted_memory() const { return 0; }
    /// What to set so that a step takes at most `share` of that memory; "": nothing would do.
    virtual std::string setting_that_fits(double) const { return ""; }
    /// What the generator takes, and over what range it is trained.
    virtual sample::ConditionSpace conditions() const = 0;
    /// What is trained, with gradients behind a step.
    virtual std::vector<model::Network*> networks() = 0;
};

}  // namespace caloforge::train
