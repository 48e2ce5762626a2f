#pragma once

#include <torch/torch.h>

namespace caloforge::model {

/// Convolutions run fastest with channels last in memory; the logical order stays (N, C, X, Y, Z).
inline torch::Tensor channels_last(const torch::Tensor& x) {
    return x.dim() == 5 ? x.contiguous(at::MemoryFormat::ChannelsLast3d) : x;
}

/// Sums and outputs are not rounded as the operands of products may be.
inline torch::Tensor at_least_float(const torch::Tensor& x) {
    return x.scalar_type() == torch::kFloat64 ? x : x.to(torch::kFloat32);
}

}  // namespace caloforge::model
