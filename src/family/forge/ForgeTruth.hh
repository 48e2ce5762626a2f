#pragma once

#include "model/Noise.hh"
#include "network/Forge.hh"

namespace caloforge::family::forge {

/// What a forge network would have had to draw to make these showers: a tensor for each of forge_samples(),
/// by name. `showers` (N, 1, X, Y, Z) GeV, none of them empty; `incident` (N, 1) GeV.
model::TensorMap forge_truth(const network::ForgeOptions& options, const torch::Tensor& showers,
                             const torch::Tensor& incident);

/// Showers and impact points (N, 2) turned into each other by one of the symmetries of the window in x and y:
/// bit 0 of `symmetry` mirrors x, bit 1 mirrors y, bit 2 exchanges them afterwards (for equal axes only).
void turn(int symmetry, torch::Tensor& showers, torch::Tensor& impact);

}  // namespace caloforge::family::forge
