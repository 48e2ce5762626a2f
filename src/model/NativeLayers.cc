#include "model/NativeLayers.hh"

#include "model/BatchNorm.hh"
#include "model/NativeConvolution.hh"

namespace caloforge::model {
namespace {

using network::Layer;
using torch::Tensor;

/// The layer behind step i, if it is of this type and alone reads what step i makes; else null.
const Layer* next(const network::NetworkPlan& plan, std::size_t i,
                  const std::map<std::string, std::size_t>& uses, const char* type) {
    if (i + 1 >= plan.steps.size()) return nullptr;
    const Layer& layer = *plan.steps[i + 1].layer;
    const std::string& made = plan.steps[i].layer->name;
    return layer.type == type && layer.inputs[0] == made && uses.at(made) == 1 ? &layer : nullptr;
}

DropoutBits dropout_of(const Layer& layer, const ForwardMode& mode, std::int64_t boxes, std::int64_t cells) {
    if (!mode.training) return {};
    return {layer.parameters.value("rate", 0.0),
            mode.seed,
            mode.samples,
            layer.parameters.value("stream", 0U),
            static_cast<std::size_t>(boxes),
            static_cast<std::size_t>(cells)};
}

NativeRun convolution(const network::NetworkPlan& plan, std::size_t first,
                      const std::map<std::string, std::size_t>& uses, const FindTensor& find, const Tensor& x,
                      const ForwardMode& mode) {
    NativeRun run{{}, 1};
    network::Shape shape = x.sizes().slice(1).vec(), padding(3, 0);
    if (plan.steps[first].layer->type == "pad") {
        if (next(plan, first, uses, "conv3d") == nullptr) return {};
        padding = plan.steps[first].layer->parameters.at("padding").get<network::Shape>();
        for (std::size_t axis = 0; axis < 3; ++axis) shape[axis + 1] += 2 * padding[axis];
        ++run.layers;
    }
    const Layer& layer = *plan.steps[first + run.layers - 1].layer;
    auto axes = network::convolution_axes(layer, shape);
    for (std::size_t axis = 0; axis < axes.size(); ++axis) axes[axis].low += padding[axis];
    const Tensor weight = find(layer, "weight");
    if (weight.scalar_type() != torch::kFloat32 || !native_convolution_fits(axes, x, weight)) return {};
    double slope = 1;
    if (const Layer* relu = next(plan, first + run.layers - 1, uses, "leaky_relu")) {
        slope = relu->parameters.value("slope", 0.0);
        ++run.layers;
    }
    DropoutBits dropout;
    if (const Layer* drop = next(plan, first + run.layers - 1, uses, "dropout")) {
        dropout = dropout_of(*drop, mode, weight.size(0), axes[0].output * axes[1].output * axes[2].output);
        ++run.layers;
    }
    run.out = native_convolution(axes, x, weight, find(layer, "bias"), slope, dropout);
    return run;
}

NativeRun batch_norm(const network::NetworkPlan& plan, std::size_t first,
                     const std::map<std::string, std::size_t>& uses, const FindTensor& find, const Tensor& x,
                     const ForwardMode& mode) {
    const Layer& layer = *plan.steps[first].layer;
    NativeRun run{{}, 1};
    BatchNormOptions options = batch_norm_options(layer, find, mode);
    const bool is_float = x.scalar_type() == torch::kFloat32;
    if (const Layer* drop = is_float ? next(plan, first, uses, "dropout") : nullptr) {
        options.dropout = dropout_of(*drop, mode, x.size(1), x.numel() / x.size(0) / x.size(1));
        ++run.layers;
    }
    run.out = native_batch_norm(x, find(layer, "gain"), find(layer, "shift"), options);
    return run;
}

/// A matrix product whose rows do not depend on how many there are, as those of a library's do in their last
/// bits: behind them stand leaky ReLUs, which turn a last bit into another gradient now and then.
class DenseFunction : public torch::autograd::Function<DenseFunction> {
  public:
    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, const Tensor& weight,
                          const Tensor& bias) {
        context->save_for_backward({x, weight});
        Tensor out = torch::empty({x.size(0), weight.size(0)}, x.options());
        for (std::int64_t i = 0; i < x.size(0); ++i) {
            Tensor row = out[i];
            torch::addmv_out(row, bias, weight, x[i]);
        }
        return out;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list upstream) {
        const auto saved = context->get_saved_variables();
        const Tensor& g = upstream[0];
        return {context->needs_input_grad(0) ? g.mm(saved[1]) : Tensor(),
                context->needs_input_grad(1) ? g.t().mm(saved[0]) : Tensor(),
                context->needs_input_grad(2) ? g.sum(0) : Tensor()};
    }
};

NativeRun dense(const Layer& layer, const FindTensor& find, const Tensor& x) {
    const Tensor weight = find(layer, "weight"), bias = find(layer, "bias");
    if (weight.scalar_type() != torch::kFloat32 || !bias.defined()) return {};
    return {DenseFunction::apply(x, weight, bias), 1};
}

}  // namespace

BatchNormOptions batch_norm_options(const Layer& layer, const FindTensor& find, const ForwardMode& mode) {
    BatchNormOptions options;
    options.momentum = layer.parameters.value("momentum", options.momentum);
    options.epsilon = layer.parameters.value("epsilon", options.epsilon);
    if (mode.update_statistics) {
        options.mean = find(layer, "mean");
        options.variance = find(layer, "variance");
    }
    options.sum_over_ranks = mode.sum_over_ranks;
    return options;
}

NativeRun run_native(const network::NetworkPlan& plan, std::size_t first,
                     const std::map<std::string, std::size_t>& uses, const FindTensor& find, const Tensor& x,
                     const ForwardMode& mode) {
    const std::string& type = plan.steps[first].layer->type;
    if (type == "dense" && x.dim() == 2 && x.scalar_type() == torch::kFloat32)
        return dense(*plan.steps[first].layer, find, x);
    if (x.dim() != 5) return {};
    if ((type == "conv3d" || type == "pad") && x.scalar_type() == torch::kFloat32)
        return convolution(plan, first, uses, find, x, mode);
    if (type == "batch_norm" && mode.training) return batch_norm(plan, first, uses, find, x, mode);
    return {};
}

}  // namespace caloforge::model
