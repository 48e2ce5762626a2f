#pragma once

#include <torch/torch.h>

#include <string>

#include "model/Network.hh"
#include "network/WeightsFile.hh"

namespace caloforge::train {

/// RMSprop's running mean of squared gradients of every parameter, as tensors "<prefix>.<parameter>", and its
/// step count in document["optimisers"][prefix]. A fresh optimiser stores nothing but a step count of 0.
void store_optimiser(const std::string& prefix, const model::Network& network,
                     torch::optim::RMSprop& optimiser, network::WeightsFile& file);
/// Throws InputError naming the tensor that is missing or of another shape.
void load_optimiser(const std::string& prefix, const model::Network& network,
                    torch::optim::RMSprop& optimiser, const network::WeightsFile& file);

}  // namespace caloforge::train
