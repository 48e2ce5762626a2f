#pragma once

#include <torch/torch.h>

#include <string>

#include "model/Network.hh"
#include "network/WeightsFile.hh"

namespace caloforge::train {

/// The optimiser's running means for every parameter, and its step count in document["optimisers"][prefix]:
/// RMSprop's of the squared gradient as "<prefix>.<parameter>", AdamW's of the gradient as
/// "<prefix>.mean.<parameter>" and of its square as "<prefix>.<parameter>". A fresh optimiser stores nothing
/// but a step count of 0.
void store_optimiser(const std::string& prefix, const model::Network& network,
                     torch::optim::RMSprop& optimiser, network::WeightsFile& file);
void store_optimiser(const std::string& prefix, const model::Network& network, torch::optim::AdamW& optimiser,
                     network::WeightsFile& file);
/// Throws InputError naming the tensor that is missing or of another shape.
void load_optimiser(const std::string& prefix, const model::Network& network,
                    torch::optim::RMSprop& optimiser, const network::WeightsFile& file);
void load_optimiser(const std::string& prefix, const model::Network& network, torch::optim::AdamW& optimiser,
                    const network::WeightsFile& file);

}  // namespace caloforge::train
