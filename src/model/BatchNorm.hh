#pragma once

#include <torch/torch.h>

#include <functional>
#include <span>

#include "model/Dropout.hh"

namespace caloforge::model {

/// Replaces numbers by their sums over the ranks of a training, in place. All ranks call it in the same
/// order.
using SumOverRanks = std::function<void(std::span<double>)>;

/// Batch normalisation in training: of channels, by mean and variance over all samples and cells of this
/// batch or, with `sum_over_ranks`, over those of all ranks, also in the backward pass, which gives the
/// gradients of the whole batch (each rank's loss being a mean over as many showers). `mean`, `variance` are
/// moved towards those of the batch when they are defined, keeping the share `momentum`. Then, in the same
/// pass, a dropout.
struct BatchNormOptions {
    double momentum = 0.99, epsilon = 1e-3;
    torch::Tensor mean, variance;
    const SumOverRanks* sum_over_ranks = nullptr;  ///< has to live until the backward pass
    DropoutBits dropout;
};

/// x (N, C, X, Y, Z), contiguous float32 or any float64 on the CPU (the latter without a dropout); gain,
/// shift (C).
torch::Tensor native_batch_norm(const torch::Tensor& x, const torch::Tensor& gain, const torch::Tensor& shift,
                                const BatchNormOptions& options);

}  // namespace caloforge::model
