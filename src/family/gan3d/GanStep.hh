#pragma once

#include <torch/torch.h>

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "comm/Communicator.hh"
#include "data/Normalisation.hh"
#include "data/ShowerBatch.hh"
#include "family/gan3d/Gan3dSettings.hh"
#include "family/gan3d/GanInputs.hh"
#include "family/gan3d/StepInputs.hh"
#include "model/CapturedWork.hh"
#include "model/Device.hh"
#include "model/Network.hh"
#include "train/AveragedWeights.hh"
#include "train/GradientSum.hh"
#include "train/MicroBatch.hh"
#include "train/TrainConfig.hh"

namespace caloforge::family::gan3d {

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
    /// Real pass, generated pass, generator steps, input. Of a step that is started as a whole, the third is
    /// all of its passes.
    std::array<double, 4> seconds{};
};

/// The 3DGAN's recipe (doc/design.md) on one batch of real showers: a discriminator step on them, one on as
/// many generated ones, then `generator_steps` generator steps. Random numbers are keyed by (seed, number of
/// the sample in the training), on a GPU those of dropout by (seed, step), so that the state of a training is
/// its tensors and its step number. On one GPU a step is recorded as a CUDA graph, and the host waits for it
/// once, for the report. One thread at a time.
class GanStep {
  public:
    /// `communicator` has to outlive the step.
    GanStep(const train::TrainConfig& config, const Gan3dSettings& settings,
            const data::Normalisation& normalisation, comm::Communicator& communicator = comm::alone());
    GanStep(const GanStep&) = delete;
    GanStep& operator=(const GanStep&) = delete;

    /// `batch`: this rank's share of the step's, as many showers on every rank, by rank. `step` counts from 0
    /// over the whole training. The report is that of all ranks, but for the seconds.
    StepReport operator()(const data::ShowerBatch& batch, std::uint64_t step);

    /// Behind a report that is no usable number: which ranks it came from, for a message. All ranks ask.
    std::string where();

    /// Bytes of this process in a step, on the CPU in float32; 0: not known.
    std::uint64_t predicted_memory() const;

    model::Network& generator() { return *generator_; }
    model::Network& discriminator() { return *discriminator_; }
    /// Networks and the optimisers' state, to and from a weights file. load() throws InputError for another
    /// network.
    void store(network::WeightsFile& file);
    /// The generator alone, as it is to be used: its moving average, where there is one.
    void store_generator(network::WeightsFile& file);
    void load(const network::WeightsFile& file);

  private:
    struct Judged {
        torch::Tensor loss;
        torch::Tensor losses;  ///< (3)
    };
    /// One look of the discriminator at showers whose truth is known.
    Judged judge(const torch::Tensor& showers, const torch::Tensor& labels, const torch::Tensor& incident,
                 const torch::Tensor& sums, const std::vector<std::uint64_t>& samples,
                 bool update_statistics);
    torch::Tensor make_showers(const StepInputs::Pass& pass, const train::MicroBatch& part, bool training);
    torch::Tensor train_discriminator(const torch::Tensor& showers, const StepInputs::Pass& pass,
                                      const torch::Tensor& sums);
    torch::Tensor train_generator(const StepInputs::Pass& pass);
    /// The step on the inputs as they are filled: what a CUDA graph holds.
    void compute();
    void update(train::GradientSum& gradients, torch::optim::RMSprop& optimiser);
    void set_rates(std::uint64_t step);
    /// Showers of one pass through the networks; the gradients of a share are added up over its parts.
    std::size_t part(std::size_t showers) const;
    /// What is averaged.
    std::vector<torch::Tensor> generator_tensors() const;

    StepReport read_report();
    void average(StepReport& report);
    /// For batch normalisation; null when it is every rank's own.
    const model::SumOverRanks* norm_sums() const;

    std::uint64_t seed_;
    std::size_t batch_;  ///< of all ranks together
    Gan3dSettings settings_;
    comm::Communicator& communicator_;
    std::size_t first_bad_ = all_good;  ///< pass of this rank's own report that is no number: 0 ... 2
    static constexpr std::size_t all_good = 3;
    bool given_finite_ = true;  ///< its showers
    model::SumOverRanks sum_over_ranks_;
    torch::Device device_;
    model::Precision precision_;
    GanInputs draws_;
    StepInputs inputs_;
    std::shared_ptr<model::Network> generator_;
    std::shared_ptr<model::Network> discriminator_;
    torch::optim::RMSprop generator_optimiser_;
    torch::optim::RMSprop discriminator_optimiser_;
    train::GradientSum generator_gradients_, discriminator_gradients_;
    std::optional<train::AveragedWeights> averaged_;
    torch::Tensor rate_, change_;  ///< learning rate; what the average forgets: on the device
    std::optional<model::CapturedWork> captured_;
    std::array<double, 4> seconds_{};  ///< as StepReport has them
    torch::Tensor numbers_;            ///< what a step reports, float64, on the device
};

}  // namespace caloforge::family::gan3d
