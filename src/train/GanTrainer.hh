#pragma once

#include "train/Divergence.hh"
#include "train/GanStep.hh"
#include "train/Trainer.hh"

namespace caloforge::train {

/// The 3DGAN's recipe as a Trainer.
class GanTrainer : public Trainer {
  public:
    GanTrainer(const TrainConfig& config, const data::Normalisation& normalisation,
               comm::Communicator& communicator)
        : step_(config, normalisation, communicator) {}

    StepOutcome step(const data::ShowerBatch& batch, std::uint64_t step) override;
    std::uint64_t predicted_memory() const override { return step_.predicted_memory(); }
    void store_model(network::WeightsFile& file) override { step_.generator().store("generator", file); }
    void store(network::WeightsFile& file) override { step_.store(file); }
    void load(const network::WeightsFile& file) override { step_.load(file); }

  private:
    GanStep step_;
    DivergenceWatch watch_;
};

}  // namespace caloforge::train
