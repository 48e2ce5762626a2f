#pragma once

#include <torch/torch.h>

#include <memory>
#include <vector>

#include "comm/Communicator.hh"
#include "data/Normalisation.hh"
#include "geometry/Detector.hh"
#include "model/Network.hh"
#include "network/Forge.hh"
#include "network/RandomLayers.hh"
#include "network/TeacherForcing.hh"
#include "train/GradientSum.hh"
#include "train/Survey.hh"
#include "train/TrainConfig.hh"
#include "train/Trainer.hh"

namespace caloforge::train {

/// Maximum likelihood for a forge network: -ln p(shower | conditions) is the sum over all that the network
/// draws, each given what was drawn before (network::teacher_forced). AdamW with a warm-up and a cosine decay
/// of the learning rate over the whole training; the model is the exponential moving average of the weights.
/// Every shower is turned by a symmetry of the window drawn for (seed, number of the sample).
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

    /// Negative log-likelihoods of showers with the network as it is, (N): of the layers' energies and of the
    /// cells. Showers (N, 1, X, Y, Z) GeV, incident (N, 1) GeV, impact (N, 2) mm.
    struct Likelihoods {
        torch::Tensor energies;
        torch::Tensor cells;
    };
    Likelihoods likelihoods(const torch::Tensor& showers, const torch::Tensor& incident,
                            const torch::Tensor& impact);

  private:
    struct Sample {
        std::string name, parameters;
        network::SampleRule rule;
        bool of_cells;
    };
    struct Showers {
        torch::Tensor showers, incident, impact;
        torch::Tensor rows;  ///< of the batch they come from
    };
    /// Those of a batch that are not empty, on the device.
    Showers filled(const data::ShowerBatch& batch) const;
    /// Turned by the symmetries drawn for this step; `share`: showers of every rank's batch, empty ones too.
    Showers augmented(const Showers& given, std::size_t share, std::uint64_t step) const;
    /// Weights and average become the file's generator.
    void load_average(const network::WeightsFile& file);
    /// The weights and their average change places.
    void exchange_average();
    void start_biases(const model::TensorMap& truth);
    double learning_rate(std::uint64_t step) const;
    void update_average(std::uint64_t step);
    std::string trouble(double loss, std::uint64_t step);

    TrainConfig config_;
    comm::Communicator& communicator_;
    network::ForgeOptions options_;
    Survey survey_;
    std::uint64_t steps_;
    network::NetworkSpec spec_;
    network::TeacherForced forced_;
    std::vector<Sample> samples_;
    torch::Device device_;
    std::shared_ptr<model::Network> network_;
    std::vector<torch::Tensor> average_;  ///< of the parameters, in their order
    torch::optim::AdamW optimiser_;
    GradientSum gradients_;
    bool started_ = false;   ///< the distributions need no start
    double first_loss_ = 0;  ///< 0 before the first step with showers
    std::uint64_t worse_steps_ = 0;
};

/// The options of a forge network for these showers. Throws InputError for a grid that it cannot be made for.
network::ForgeOptions forge_options(const TrainConfig& config, const geometry::Detector& detector,
                                    const data::Normalisation& normalisation, const Survey& survey);

}  // namespace caloforge::train
