#pragma once

#include <vector>

#include "family/forge/ForgeShowers.hh"
#include "model/Noise.hh"
#include "network/Forge.hh"
#include "network/ForgeTree.hh"

namespace caloforge::family::forge {

/// The energies between which the splits of a level divide, (N, splits) each, of layers' energies (N, Z).
struct Sides {
    torch::Tensor first, other;
};
Sides sides_of(const torch::Tensor& layers, const std::vector<network::ForgeSplit>& splits);

/// What a forge network would have had to draw to make these showers, which are windowed().
struct ForgeTruth {
    model::TensorMap drawn;  ///< a tensor for each of forge_samples(), by name
    /// By level of splits, (N, 1, splits): 1 where there is energy to divide, else 0, and what was drawn is
    /// left open.
    std::vector<torch::Tensor> divided;
    /// (N): the entropy of the blurred centre and width of a given shower. The likelihood of these and of the
    /// shower given them, less that of these given the shower, is at most the shower's.
    torch::Tensor blur_entropy;
};
ForgeTruth forge_truth(const network::ForgeOptions& options, const ForgeShowers& given);

}  // namespace caloforge::family::forge
