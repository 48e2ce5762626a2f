#include "train/DeviceRmsprop.hh"

#include <memory>
#include <vector>

namespace caloforge::train {

using State = torch::optim::RMSpropParamState;
using torch::Tensor;

void DeviceRmsprop::begin() {
    for (const Tensor& parameter : optimiser_.param_groups()[0].params()) {
        auto& state = optimiser_.state()[parameter.unsafeGetTensorImpl()];
        if (!state) {
            auto fresh = std::make_unique<State>();
            fresh->step(0);
            fresh->square_avg(torch::zeros_like(parameter, {}, at::MemoryFormat::Preserve).detach());
            state = std::move(fresh);
        }
        auto& known = static_cast<State&>(*state);
        known.step(known.step() + 1);
    }
}

void DeviceRmsprop::step(const Tensor& rate) {
    const torch::NoGradGuard no_grad;
    const auto& options =
        static_cast<const torch::optim::RMSpropOptions&>(optimiser_.param_groups()[0].options());
    std::vector<Tensor> parameters, gradients, squares;
    for (const Tensor& parameter : optimiser_.param_groups()[0].params()) {
        if (!parameter.grad().defined()) continue;
        parameters.push_back(parameter);
        gradients.push_back(parameter.grad());
        squares.push_back(
            static_cast<State&>(*optimiser_.state().at(parameter.unsafeGetTensorImpl())).square_avg());
    }
    if (parameters.empty()) return;
    at::_foreach_mul_(squares, options.alpha());
    at::_foreach_addcmul_(squares, gradients, gradients, 1 - options.alpha());
    std::vector<Tensor> roots = at::_foreach_sqrt(squares);
    at::_foreach_add_(roots, options.eps());
    std::vector<Tensor> changes = at::_foreach_div(gradients, roots);
    at::_foreach_mul_(changes, rate);
    at::_foreach_sub_(parameters, changes);
}

}  // namespace caloforge::train
