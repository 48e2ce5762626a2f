#pragma once

#include <torch/torch.h>

namespace caloforge::family::gan3d {

/// Keras' mean absolute percentage error: 100 * mean |y - t| / max(|t|, 1e-7).
torch::Tensor mean_absolute_percentage_error(const torch::Tensor& value, const torch::Tensor& target);

/// Mean binary cross-entropy of sigmoid(logit) against labels in [0, 1].
torch::Tensor real_fake_loss(const torch::Tensor& logit, const torch::Tensor& label);

}  // namespace caloforge::family::gan3d
