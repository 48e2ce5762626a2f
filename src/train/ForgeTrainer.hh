#pragma once

#include <torch/torch.h>

#include "comm/Communicator.hh"
#include "model/Network.hh"
#include "network/Forge.hh"
#include "train/AveragedWeights.hh"
#include "train/ForgeLikelihood.hh"
#include "train/GradientSum.hh"
#include "train/Survey.hh"
#include "train/TrainConfig.hh"
#include "train/Trainer.hh"

namespace caloforge::train {

/// Maximum likelihood for a forge network (ForgeLikelihood). AdamW with a warm-up and a cosine decay of the
/// learning rate over the whole training; the model is the exponential moving average of the weights. Every
/// shower is turned by a symmetry of the window drawn for (seed, number of the sample).
class ForgeTrainer : public Trainer {
  public:
    /// `steps`: of the whole training. Throws InputError for a grid that the network cannot be made for.
    ForgeTrainer(const TrainConfig& config, const network::ForgeOptions& options, const Survey& survey,
                 std::uint64_t steps, comm::Communicator& communicator);

    StepOutcome step(const data::ShowerBatch& batch, std::uint64_t step) override;
    void store_model(network::WeightsFile& file) override;
    void store(network::WeightsFile& file) override;
    void load(const network::WeightsFile& file) override;
    /// Begins with the generator of a model instead of numbers from the seed. Throws InputError for one whose
    /// tensors are others.
    void start_from(const network::WeightsFile& file);
    /// -ln p, of the layers' energies and of the cells: "nll", "nll_energies", "nll_cells"; "showers" that
    /// are not empty.
    core::Json held_out(const data::ShowerSet& set) override;
    core::Json conditions() const override;

  private:
    /// Weights and average become the file's generator.
    void load_average(const network::WeightsFile& file);
    double learning_rate(std::uint64_t step) const;
    std::string trouble(double loss, std::uint64_t step);

    TrainConfig config_;
    comm::Communicator& communicator_;
    network::ForgeOptions options_;
    Survey survey_;
    std::uint64_t steps_;
    network::NetworkSpec spec_;
    torch::Device device_;
    ForgeLikelihood likelihood_;
    model::Network& network_;  ///< the likelihood's
    AveragedWeights average_;
    torch::optim::AdamW optimiser_;
    GradientSum gradients_;
    bool started_ = false;   ///< the distributions need no start
    double first_loss_ = 0;  ///< 0 before the first step with showers
    std::uint64_t worse_steps_ = 0;
};

}  // namespace caloforge::train
