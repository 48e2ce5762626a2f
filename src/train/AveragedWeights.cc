#include "train/AveragedWeights.hh"

namespace caloforge::train {

AveragedWeights::AveragedWeights(std::vector<torch::Tensor> parameters) : parameters_(std::move(parameters)) {
    for (const torch::Tensor& parameter : parameters_) average_.push_back(parameter.detach().clone());
}

void AveragedWeights::restart() {
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters_.size(); ++i) average_[i].copy_(parameters_[i]);
}

void AveragedWeights::update(double keep) {
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters_.size(); ++i)
        average_[i].mul_(keep).add_(parameters_[i].detach(), 1 - keep);
}

void AveragedWeights::update(const torch::Tensor& change) {
    const torch::NoGradGuard no_grad;
    std::vector<torch::Tensor> steps = at::_foreach_sub(parameters_, average_);
    at::_foreach_mul_(steps, change);
    at::_foreach_add_(average_, steps);
}

void AveragedWeights::exchange() {
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        const torch::Tensor trained = parameters_[i].detach().clone();
        parameters_[i].copy_(average_[i]);
        average_[i].copy_(trained);
    }
}

}  // namespace caloforge::train
