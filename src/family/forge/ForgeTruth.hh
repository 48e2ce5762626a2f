#pragma once

#include "family/forge/ForgeShowers.hh"
#include "model/Noise.hh"
#include "network/Forge.hh"

namespace caloforge::family::forge {

/// What a forge network would have had to draw to make these showers, which are windowed().
struct ForgeTruth {
    model::TensorMap drawn;  ///< a tensor for each of forge_samples(), by name
    /// (N): the entropy of the blurred centre of a given shower. The likelihood of the blurred centre and of
    /// the shower given it, less that of the blurred centre given the shower, is at most the shower's.
    torch::Tensor blur_entropy;
};
ForgeTruth forge_truth(const network::ForgeOptions& options, const ForgeShowers& given);

}  // namespace caloforge::family::forge
