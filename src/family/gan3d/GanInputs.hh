#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "comm/Communicator.hh"
#include "data/Normalisation.hh"
#include "family/gan3d/Gan3dSettings.hh"

namespace caloforge::family::gan3d {

/// What the 3DGAN's recipe draws and what it asks the networks for, keyed by (seed, number of the sample in
/// the training). Tensors are (N, 1), on the device. Any number of threads.
class GanInputs {
  public:
    GanInputs(std::uint64_t seed, const Gan3dSettings& settings, const data::Normalisation& normalisation,
              torch::Device device, const comm::Communicator& communicator);

    /// Numbers of `showers` samples of this rank in one pass of a step. Every pass of every step has its own,
    /// and every rank its part of them: what a sample is does not depend on how many ranks share the batch.
    std::vector<std::uint64_t> samples(std::uint64_t step, std::uint64_t pass, std::size_t showers) const;

    /// `value`, and 1 - `value` for the share of flipped labels.
    torch::Tensor labels(double value, const std::vector<std::uint64_t>& samples) const;
    /// Incident energies of showers to generate, GeV, uniform over the trained range.
    torch::Tensor incident(const std::vector<std::uint64_t>& samples) const;
    /// Deposited energies that go with incident ones, GeV: the normalisation's polynomial.
    torch::Tensor expected_sums(const torch::Tensor& incident) const;

    static constexpr double energy_unit = 100.0;  ///< GeV; the discriminator's `energy` output is E / 100 GeV

  private:
    std::uint64_t seed_;
    double label_flip_;
    std::uint64_t passes_;  ///< of a step
    std::size_t rank_, ranks_;
    data::Normalisation normalisation_;
    torch::TensorOptions options_;
};

}  // namespace caloforge::family::gan3d
