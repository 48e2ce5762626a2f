#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>

namespace caloforge::model {

/// Dropout whose mask is a function of (seed, samples[j], stream, element), so that it does not depend on
/// batch, thread or rank. An element is kept when its 16 random bits are not below rate * 65536; kept ones
/// are scaled by 1 / (1 - rate). `x`: (N, C, X, Y, Z) or (N, features) on the CPU, float32 or bfloat16;
/// elements are numbered in channels-last order. Differentiable. On other devices libtorch's own dropout is
/// used (not reproducible across batches there).
torch::Tensor keyed_dropout(const torch::Tensor& x, double rate, std::uint64_t seed,
                            std::span<const std::uint64_t> samples, std::uint32_t stream);

}  // namespace caloforge::model
