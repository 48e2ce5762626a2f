#pragma once

#include <torch/torch.h>

#include <array>
#include <memory>
#include <vector>

#include "core/Json.hh"
#include "data/Normalisation.hh"
#include "data/ShowerBatch.hh"
#include "model/Device.hh"
#include "model/Network.hh"
#include "train/TrainConfig.hh"

namespace caloforge::train {

/// The three losses of one pass, unweighted: real/fake, incident energy (MAPE), deposited energy (MAPE).
struct PassLosses {
    double real = 0;
    double energy = 0;
    double sum = 0;
};

/// What one training step reports. Seconds are wall time.
struct StepReport {
    PassLosses on_real;
    PassLosses on_generated;
    PassLosses generator;    ///< mean of the generator's steps
    double empty_share = 0;  ///< generated showers without any deposit
    double diversity = 0;    ///< relative spread of the cells between generated showers of like total
    std::array<double, 4> seconds{};  ///< real pass, generated pass, generator steps, input
    core::Json json() const;
};

/// The 3DGAN's recipe (DESIGN §5) on one batch of real showers: a discriminator step on them, one on as many
/// generated ones, then `generator_steps` generator steps. Random numbers are keyed by (seed, number of the
/// sample in the training), so that the state of a training is its tensors and its step number. One thread at
/// a time.
class GanStep {
  public:
    GanStep(const TrainConfig& config, const data::Normalisation& normalisation);

    /// `step` counts from 0 over the whole training.
    StepReport operator()(const data::ShowerBatch& batch, std::uint64_t step);

    model::Network& generator() { return *generator_; }
    model::Network& discriminator() { return *discriminator_; }
    /// Networks and the optimisers' state, to and from a weights file. load() throws InputError for another
    /// network.
    void store(network::WeightsFile& file);
    void load(const network::WeightsFile& file);

  private:
    struct Pass {
        model::TensorMap outputs;
        torch::Tensor loss;
        PassLosses losses;
    };
    /// One look of the discriminator at showers whose truth is known.
    Pass judge(const torch::Tensor& showers, const torch::Tensor& labels, const torch::Tensor& incident,
               const torch::Tensor& sums, const std::vector<std::uint64_t>& samples, bool update_statistics);
    torch::Tensor labels(double value, const std::vector<std::uint64_t>& samples) const;
    torch::Tensor incident(const std::vector<std::uint64_t>& samples) const;
    torch::Tensor expected_sums(const torch::Tensor& incident) const;
    torch::Tensor make_showers(const torch::Tensor& incident, const std::vector<std::uint64_t>& samples,
                               bool training);
    PassLosses train_discriminator(const torch::Tensor& showers, double label, const torch::Tensor& incident,
                                   const torch::Tensor& sums, const std::vector<std::uint64_t>& samples);
    void set_learning_rate(std::uint64_t step);
    PassLosses train_generator(const std::vector<std::uint64_t>& samples);

    TrainConfig config_;
    data::Normalisation normalisation_;
    torch::Device device_;
    model::Precision precision_;
    std::shared_ptr<model::Network> generator_;
    std::shared_ptr<model::Network> discriminator_;
    torch::optim::RMSprop generator_optimiser_;
    torch::optim::RMSprop discriminator_optimiser_;
};

}  // namespace caloforge::train
