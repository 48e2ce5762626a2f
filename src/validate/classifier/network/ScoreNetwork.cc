#include "validate/classifier/network/ScoreNetwork.hh"

#include <torch/torch.h>

#include <vector>

#include "core/Random.hh"
#include "validate/classifier/ClassifierConfig.hh"

namespace caloforge::validate {
namespace {

using torch::Tensor;

constexpr std::size_t tensors_per_training = 64;

std::span<float> values_of(const Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

torch::IntArrayRef sizes(std::span<const std::int64_t> shape) {
    return {shape.data(), shape.size()};
}

}  // namespace

struct ScoreNetwork::Tensors {
    std::vector<Tensor> parameters, means, squares, steps;
    std::vector<Tensor> states;
    std::vector<Tensor> best;  ///< of parameters, then of states

    std::vector<Tensor> all() const {
        std::vector<Tensor> out = parameters;
        out.insert(out.end(), states.begin(), states.end());
        return out;
    }
};

ScoreNetwork::ScoreNetwork(double learning_rate, std::uint64_t seed, std::uint64_t training)
    : learning_rate_(learning_rate),
      seed_(seed),
      training_(training),
      tensors_(std::make_unique<Tensors>()) {}

ScoreNetwork::~ScoreNetwork() = default;

std::uint64_t ScoreNetwork::stream() const {
    return training_ * tensors_per_training + tensors_->parameters.size();
}

Tensor ScoreNetwork::add_uniform(Shape shape, double limit) {
    const Tensor tensor = torch::empty(sizes(shape));
    core::RandomStream(seed_, stream(), first_weight_stream).uniform(values_of(tensor));
    return add(tensor.mul_(2 * limit).sub_(limit));
}

Tensor ScoreNetwork::add_normal(Shape shape, double deviation) {
    const Tensor tensor = torch::empty(sizes(shape));
    core::RandomStream(seed_, stream(), first_weight_stream).normal(values_of(tensor));
    return add(tensor.mul_(deviation));
}

Tensor ScoreNetwork::add_constant(Shape shape, double value) {
    return add(torch::full(sizes(shape), value));
}

Tensor ScoreNetwork::add_state(Shape shape, double value) {
    tensors_->states.push_back(torch::full(sizes(shape), value));
    return tensors_->states.back();
}

Tensor ScoreNetwork::add(const Tensor& tensor) {
    tensors_->means.push_back(torch::zeros_like(tensor));
    tensors_->squares.push_back(torch::zeros_like(tensor));
    tensors_->steps.push_back(torch::zeros({}));
    tensors_->parameters.push_back(tensor.requires_grad_());
    return tensors_->parameters.back();
}

void ScoreNetwork::step(const Tensor& loss) {
    Tensors& all = *tensors_;
    auto gradients = torch::autograd::grad({loss}, all.parameters);
    const torch::NoGradGuard no_grad;
    // The optimiser goes through memory in order, convolutions may leave their gradients in another.
    for (Tensor& gradient : gradients) gradient = gradient.contiguous();
    for (Tensor& step : all.steps) step.add_(1);
    torch::_fused_adam_(all.parameters, gradients, all.means, all.squares, {}, all.steps, learning_rate_, 0.9,
                        0.999, 0.0, 1e-8, false, false);
}

void ScoreNetwork::remember() {
    const torch::NoGradGuard no_grad;
    tensors_->best.clear();
    for (const Tensor& tensor : tensors_->all()) tensors_->best.push_back(tensor.detach().clone());
}

void ScoreNetwork::go_back() {
    const torch::NoGradGuard no_grad;
    const std::vector<Tensor> tensors = tensors_->all();
    for (std::size_t i = 0; i < tensors.size(); ++i) tensors[i].copy_(tensors_->best[i]);
}

}  // namespace caloforge::validate
