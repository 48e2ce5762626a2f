#pragma once

#include "family/gan3d/Divergence.hh"
#include "family/gan3d/GanStep.hh"
#include "train/Trainer.hh"

namespace caloforge::family::gan3d {

/// The 3DGAN's recipe as a Trainer.
class GanTrainer : public train::Trainer {
  public:
    explicit GanTrainer(const train::TrainingContext& context);

    train::StepOutcome step(const data::ShowerBatch& batch, std::uint64_t step) override;
    std::uint64_t predicted_memory() const override { return step_.predicted_memory(); }
    std::string setting_that_fits(double share) const override;
    void store_model(network::WeightsFile& file) override { step_.store_generator(file); }
    void store(network::WeightsFile& file) override { step_.store(file); }
    void load(const network::WeightsFile& file) override { step_.load(file); }
    sample::ConditionSpace conditions() const override { return conditions_; }
    std::vector<model::Network*> networks() override { return {&step_.generator(), &step_.discriminator()}; }

  private:
    GanStep step_;
    DivergenceWatch watch_;
    sample::ConditionSpace conditions_;
    std::size_t share_;        ///< showers of this rank
    std::size_t micro_batch_;  ///< 0: all of them
};

}  // namespace caloforge::family::gan3d
