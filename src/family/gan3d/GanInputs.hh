#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "comm/Communicator.hh"
#include "data/Normalisation.hh"
#include "family/gan3d/Gan3dSettings.hh"
#include "model/Noise.hh"
#include "network/NetworkSpec.hh"

namespace caloforge::family::gan3d {

/// What one pass of a step draws; tensors on the host, a row per shower.
struct PassDraws {
    torch::Tensor incident;  ///< (N, 1): energies of showers to generate, GeV
    torch::Tensor labels;    ///< (N, 1)
    model::TensorMap noise;  ///< of the generator, by layer
};

/// What the 3DGAN's recipe draws and what it asks the networks for, keyed by (seed, number of the sample in
/// the training). Any number of threads.
class GanInputs {
  public:
    GanInputs(std::uint64_t seed, const Gan3dSettings& settings, const data::Normalisation& normalisation,
              const comm::Communicator& communicator);

    std::uint64_t seed() const { return seed_; }
    /// Of a step: on real showers, on generated ones, and the generator's.
    std::uint64_t passes() const { return passes_; }

    /// Numbers of `showers` samples of this rank in one pass of a step. Every pass of every step has its own,
    /// and every rank its part of them: what a sample is does not depend on how many ranks share the batch.
    std::vector<std::uint64_t> samples(std::uint64_t step, std::uint64_t pass, std::size_t showers) const;

    /// Energies are uniform over the trained range; labels are those of pass 0 (showers that are real), 1
    /// (that are not), or more (that shall pass for real), flipped in the first two for a share of the
    /// showers.
    PassDraws draw(std::uint64_t pass, const std::vector<std::uint64_t>& samples,
                   const network::NetworkSpec& generator) const;
    /// Deposited energies that go with incident ones, GeV: the normalisation's polynomial. On their device.
    torch::Tensor expected_sums(const torch::Tensor& incident) const;

    /// For the random numbers that a device makes by itself in a step.
    std::uint64_t device_seed(std::uint64_t step) const;

    static constexpr double energy_unit = 100.0;  ///< GeV; the discriminator's `energy` output is E / 100 GeV

  private:
    torch::Tensor labels(double value, const std::vector<std::uint64_t>& samples) const;
    torch::Tensor incident(const std::vector<std::uint64_t>& samples) const;

    std::uint64_t seed_;
    double label_flip_;
    std::uint64_t passes_;  ///< of a step
    std::size_t rank_, ranks_;
    data::Normalisation normalisation_;
    torch::ScalarType type_;
};

}  // namespace caloforge::family::gan3d
