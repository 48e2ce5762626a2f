#pragma once

#include <torch/torch.h>

#include <functional>
#include <span>

#include "network/PointwiseLayers.hh"

namespace caloforge::model {

/// A function of single numbers in libtorch's operations.
using PointwiseRun = std::function<torch::Tensor(const torch::Tensor&)>;

/// `parameters`: in the order of the row. Throws std::logic_error for an operation that libtorch is not told.
PointwiseRun compile_pointwise(const network::PointwiseLayer& row, std::span<const double> parameters);

}  // namespace caloforge::model
