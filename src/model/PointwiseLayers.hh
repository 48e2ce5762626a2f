#pragma once

#include <torch/torch.h>

#include <span>
#include <string>
#include <vector>

#include "network/PointwiseLayers.hh"

namespace caloforge::model {

/// A function of single numbers in libtorch's operations. `parameters`: in the order of the row.
torch::Tensor run_pointwise(const network::PointwiseLayer& row, std::span<const double> parameters,
                            const torch::Tensor& x);

}  // namespace caloforge::model
