#include "family/gan3d/Losses.hh"

namespace caloforge::family::gan3d {
namespace {
constexpr double smallest_target = 1e-7;  ///< Keras' epsilon
}

torch::Tensor mean_absolute_percentage_error(const torch::Tensor& value, const torch::Tensor& target) {
    return 100.0 * ((value - target).abs() / target.abs().clamp_min(smallest_target)).mean();
}

torch::Tensor real_fake_loss(const torch::Tensor& logit, const torch::Tensor& label) {
    return torch::binary_cross_entropy_with_logits(logit, label, {}, {}, at::Reduction::Mean);
}

}  // namespace caloforge::family::gan3d
