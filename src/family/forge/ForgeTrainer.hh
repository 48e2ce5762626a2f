#pragma once

#include <torch/torch.h>

#include <optional>
#include <vector>

#include "comm/Communicator.hh"
#include "family/forge/ForgeLikelihood.hh"
#include "family/forge/ForgeSettings.hh"
#include "model/Network.hh"
#include "network/Forge.hh"
#include "train/AveragedWeights.hh"
#include "train/GradientSum.hh"
#include "train/Schedule.hh"
#include "train/TrainConfig.hh"
#include "train/Trainer.hh"

namespace caloforge::family::forge {

/// Maximum likelihood for a forge network (ForgeLikelihood). AdamW with a warm-up and a cosine decay of the
/// learning rate over the whole training; the model is the exponential moving average of the weights. Every
/// shower is turned by a symmetry of the window drawn for (seed, number of the sample).
class ForgeTrainer : public train::Trainer {
  public:
    /// Throws InputError for a model to start from that is no forge of this form.
    explicit ForgeTrainer(const train::TrainingContext& context);

    train::StepOutcome step(const data::ShowerBatch& batch, std::uint64_t step) override;
    void store_model(network::WeightsFile& file) override;
    void store(network::WeightsFile& file) override;
    void load(const network::WeightsFile& file) override;
    /// -ln p, of the layers' energies and of the cells: "nll", "nll_energies", "nll_cells", of the showers
    /// that are not empty.
    train::HeldOut held_out(const data::ShowerSet& set) override;
    sample::ConditionSpace conditions() const override;
    std::vector<model::Network*> networks() override { return {&network_}; }

  private:
    ForgeTrainer(const train::TrainingContext& context, const std::optional<network::WeightsFile>& start);
    /// Begins with the generator of a model instead of numbers from the seed. Throws InputError for one whose
    /// tensors are others.
    void start_from(const network::WeightsFile& file);
    /// Weights and average become the file's generator.
    void load_average(const network::WeightsFile& file);
    double learning_rate(std::uint64_t step) const;
    /// As ForgeLikelihood takes them: one layer of each of `layers_per_step` parts of the calorimeter, which
    /// stands for its part. The same on all ranks.
    std::vector<double> layer_weights(std::uint64_t step) const;
    std::string trouble(double loss, std::uint64_t step);

    ForgeSettings settings_;
    std::uint64_t seed_;
    std::size_t batch_;  ///< of all ranks together
    comm::Communicator& communicator_;
    network::ForgeOptions options_;
    sample::ConditionSpace conditions_;
    const train::Schedule& schedule_;
    network::NetworkSpec spec_;
    torch::Device device_;
    ForgeLikelihood likelihood_;
    model::Network& network_;  ///< the likelihood's
    train::AveragedWeights average_;
    torch::optim::AdamW optimiser_;
    train::GradientSum gradients_;
    core::Json started_from_;  ///< where training.start_from led; null without: distributions need a start
    double first_loss_ = 0;    ///< 0 before the first step with showers
    std::uint64_t worse_steps_ = 0;
};

}  // namespace caloforge::family::forge
