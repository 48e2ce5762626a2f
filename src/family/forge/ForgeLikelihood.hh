#pragma once

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "comm/Communicator.hh"
#include "family/forge/ForgeShowers.hh"
#include "model/Network.hh"
#include "network/Forge.hh"
#include "network/RandomLayers.hh"
#include "network/TeacherForcing.hh"

namespace caloforge::family::forge {

/// -ln p(shower | conditions) of a forge network: the sum over all that it draws, each given what was drawn
/// before (network::teacher_forced). Owns the network. One thread at a time.
class ForgeLikelihood {
  public:
    /// Numbers of the network from `seed`.
    ForgeLikelihood(const network::ForgeOptions& options, const network::NetworkSpec& generator,
                    torch::Device device, std::uint64_t seed);

    /// Negative log-likelihoods of windowed() showers with the network as it is, (N): of the layers' energies
    /// and the blurred centre less what that is in excess of (ForgeTruth::blur_entropy), and of the cells. So
    /// their sum is at least -ln p.
    struct Values {
        torch::Tensor energies;
        torch::Tensor cells;
    };
    /// `weights`: how often the cells of each layer of the calorimeter count; only layers above 0 are
    /// evaluated. Empty: all, once.
    Values operator()(const ForgeShowers& given, std::span<const double> weights = {});

    /// Distributions start at what the showers of all ranks show: share of zeros, mean and width of the
    /// logarithm. From elsewhere some do not find their way: a location far off is as well reached by a gap
    /// in the distribution. All ranks ask, with showers or without (null).
    void start_at(const ForgeShowers* given, comm::Communicator& communicator);

    model::Network& network() { return *network_; }
    /// Of the network that is trained: the generator with what it draws as inputs.
    const network::NetworkSpec& spec() const { return forced_.spec; }

  private:
    void start_splits_at(const ForgeShowers* given, comm::Communicator& communicator);

    struct Sample {
        std::string name, parameters;
        std::optional<network::SampleRule> rule;  ///< none of what is chosen
        network::ForgeSample::Kind kind;
        std::size_t z;  ///< layer of cells, level of splits
    };

    network::ForgeOptions options_;
    network::TeacherForced forced_;
    std::vector<Sample> samples_;
    std::shared_ptr<model::Network> network_;
};

}  // namespace caloforge::family::forge
