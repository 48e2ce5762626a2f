#include "model/NativeLayers.hh"

#include "model/BatchNormLayer.hh"
#include "model/NativeConvolution.hh"

namespace caloforge::model {
namespace {

using network::Layer;
using torch::Tensor;

bool is_float(const Tensor& x) {
    return x.scalar_type() == torch::kFloat32;
}

/// Where in a plan layers are looked at, and what is known about all of it.
struct Place {
    const network::NetworkPlan& plan;
    const std::map<std::string, std::size_t>& uses;

    const Layer& layer(std::size_t step) const { return *plan.steps[step].layer; }
    /// The layer behind a step, if it is of this type and alone reads what the step makes; else null.
    const Layer* next(std::size_t step, const char* type) const {
        if (step + 1 >= plan.steps.size()) return nullptr;
        const Layer& after = layer(step + 1);
        const std::string& made = layer(step).name;
        return after.type == type && after.inputs[0] == made && uses.at(made) == 1 ? &after : nullptr;
    }
};

/// A dropout that is taken along.
struct Drop {
    double rate = 0;
    std::uint32_t stream = 0;

    Drop() = default;
    explicit Drop(const Layer& layer)
        : rate(layer.parameters.value("rate", 0.0)), stream(layer.parameters.value("stream", 0U)) {}
    /// Of `boxes` boxes of `cells` elements in every sample.
    DropoutBits bits(const ForwardMode& mode, std::int64_t boxes, std::int64_t cells) const {
        if (!mode.training) return {};
        return {rate,
                mode.seed,
                mode.samples,
                stream,
                static_cast<std::size_t>(boxes),
                static_cast<std::size_t>(cells)};
    }
};

std::vector<NativeRun> convolution(const Place& place, std::size_t first, const FindTensorOf& find) {
    std::size_t layers = 1;
    network::Shape shape = place.plan.shapes.at(place.layer(first).inputs[0]), padding(3, 0);
    if (place.layer(first).type == "pad") {
        if (place.next(first, "conv3d") == nullptr) return {};
        padding = place.layer(first).parameters.at("padding").get<network::Shape>();
        ++layers;
    }
    const Layer& layer = place.layer(first + layers - 1);
    const Tensor weight = find(layer, "weight"), bias = find(layer, "bias");
    auto axes = network::convolution_axes(layer, place.plan.shapes.at(layer.inputs[0]));
    for (std::size_t axis = 0; axis < axes.size(); ++axis) axes[axis].low += padding[axis];
    if (!native_convolution_fits(axes, shape, weight)) return {};
    double slope = 1;
    if (const Layer* relu = place.next(first + layers - 1, "leaky_relu")) {
        slope = relu->parameters.value("slope", 0.0);
        ++layers;
    }
    Drop drop;
    if (const Layer* after = place.next(first + layers - 1, "dropout")) {
        drop = Drop(*after);
        ++layers;
    }
    return {{layers, [=](const Tensor& x, const ForwardMode& mode) {
                 if (!is_float(x) || !is_float(weight)) return Tensor();
                 const auto cells = axes[0].output * axes[1].output * axes[2].output;
                 return native_convolution(axes, x, weight, bias, slope,
                                           drop.bits(mode, weight.size(0), cells));
             }}};
}

std::vector<NativeRun> batch_norm(const Place& place, std::size_t first, const FindTensorOf& find) {
    const Layer& layer = place.layer(first);
    const BatchNormLayer norm(layer, [&](const char* role) { return find(layer, role); });
    std::vector<NativeRun> out;
    if (const Layer* after = place.next(first, "dropout")) {
        out.push_back({2, [=, drop = Drop(*after)](const Tensor& x, const ForwardMode& mode) {
                           if (!mode.training || !is_float(x)) return Tensor();
                           BatchNormOptions options = norm.options(mode);
                           options.dropout = drop.bits(mode, x.size(1), x.numel() / x.size(0) / x.size(1));
                           return native_batch_norm(x, norm.gain, norm.shift, options);
                       }});
    }
    out.push_back({1, [=](const Tensor& x, const ForwardMode& mode) {
                       if (!mode.training) return Tensor();
                       return native_batch_norm(x, norm.gain, norm.shift, norm.options(mode));
                   }});
    return out;
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

NativeRun dense(const Layer& layer, const FindTensorOf& find) {
    return {
        1, [weight = find(layer, "weight"), bias = find(layer, "bias")](const Tensor& x, const ForwardMode&) {
            if (!is_float(x) || !is_float(weight) || !bias.defined()) return Tensor();
            return DenseFunction::apply(x, weight, bias);
        }};
}

}  // namespace

std::vector<NativeRun> compile_native(const network::NetworkPlan& plan, std::size_t first,
                                      const std::map<std::string, std::size_t>& uses,
                                      const FindTensorOf& find) {
    const Place place{plan, uses};
    const Layer& layer = place.layer(first);
    if (layer.inputs.empty()) return {};
    // Without the batch axis.
    const std::size_t axes = plan.shapes.at(layer.inputs[0]).size();
    if (layer.type == "dense" && axes == 1) return {dense(layer, find)};
    if (axes != 4) return {};
    if (layer.type == "conv3d" || layer.type == "pad") return convolution(place, first, find);
    if (layer.type == "batch_norm") return batch_norm(place, first, find);
    return {};
}

}  // namespace caloforge::model
