#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>

#include "core/Error.hh"
#include "engine/Graph.hh"
#include "engine/IndexLayers.hh"
#include "engine/PhasedConvolution.hh"
#include "network/ConvolutionLayers.hh"
#include "network/NetworkPlan.hh"
#include "network/RandomLayers.hh"

namespace caloforge::engine {
namespace {

using network::Layer;
using network::Shape;
using Kind = Operation::Kind;
using Function = Pointwise::Function;

// What a layer becomes; `inputs` are the shapes of its inputs.
struct Context {
    const network::WeightsFile& file;
    std::string prefix;  ///< of its tensors
};
using Maker = std::function<void(const Layer&, const std::vector<Shape>&, const Context&, Operation&)>;

std::vector<float> tensor(const Context& context, const char* role) {
    const auto& stored = context.file.tensors.at(context.prefix + role);
    std::vector<float> out(stored.bytes.size() / sizeof(float));
    std::memcpy(out.data(), stored.bytes.data(), stored.bytes.size());
    return out;
}

void make_dense(const Layer& layer, const std::vector<Shape>&, const Context& context, Operation& out) {
    out.kind = Kind::dense;
    out.weights = tensor(context, "weight");
    if (layer.parameters.value("bias", true)) out.bias = tensor(context, "bias");
}

// (channels, filters, taps) to (filters, channels, taps from the last to the first).
std::vector<float> turned(const std::vector<float>& weights, std::size_t channels, std::size_t filters) {
    std::vector<float> out(weights.size());
    const std::size_t taps = weights.size() / channels / filters;
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t f = 0; f < filters; ++f) {
            for (std::size_t t = 0; t < taps; ++t)
                out[(f * channels + c) * taps + t] = weights[(c * filters + f) * taps + taps - 1 - t];
        }
    }
    return out;
}

void make_convolution(const Layer& layer, const std::vector<Shape>& in, const Context& context,
                      Operation& out) {
    make_dense(layer, {}, context, out);
    out.kind = Kind::convolution;
    const auto axes = network::convolution_axes(layer, in[0]);
    const bool transposed = network::is_transposed(layer.type);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::size_t axis = 3 - axes.size() + i;
        out.kernel[axis] = axes[i].kernel;
        // Transposed: each cell is followed by stride - 1 zeros, the kernel is turned around.
        (transposed ? out.factor : out.stride)[axis] = axes[i].stride;
        out.low[axis] = transposed ? axes[i].kernel - 1 - axes[i].low : axes[i].low;
    }
    if (!transposed) return;
    out.zeros_between = true;
    out.weights =
        turned(out.weights, static_cast<std::size_t>(in[0][0]), static_cast<std::size_t>(out.shape[0]));
}

void make_batch_norm(const Layer& layer, const std::vector<Shape>&, const Context& context, Operation& out) {
    const auto gain = tensor(context, "gain"), shift = tensor(context, "shift");
    const auto mean = tensor(context, "mean"), variance = tensor(context, "variance");
    const double epsilon = layer.parameters.value("epsilon", 1e-3);
    Pointwise norm;
    for (std::size_t c = 0; c < gain.size(); ++c) {
        const double factor = gain[c] / std::sqrt(variance[c] + epsilon);
        norm.gain.push_back(static_cast<float>(factor));
        norm.shift.push_back(static_cast<float>(shift[c] - factor * mean[c]));
    }
    out.after.push_back(std::move(norm));
}

void make_range(const Layer& layer, const std::vector<Shape>&, const Context&, Operation& out) {
    out.kind = Kind::constant;
    out.bias = network::range_values(layer);
}

void make_sample(const Layer& layer, const std::vector<Shape>&, const Context&, Operation& out) {
    using network::SampleRule;
    out.kind = Kind::sample;
    const SampleRule rule = network::sample_rule(layer);
    out.spline.knots.assign(rule.knots.begin(), rule.knots.end());
    out.spline.to_zero.assign(rule.to_zero.begin(), rule.to_zero.end());
    out.spline.zeros = rule.zeros;
    out.spline.least_log_slope = SampleRule::least_log_slope;
    out.spline.largest_log_slope = SampleRule::largest_log_slope;
    out.spline.largest_log = SampleRule::largest_log;
}

Maker pointwise(Function function, const char* parameter = nullptr) {
    return [=](const Layer& layer, const std::vector<Shape>&, const Context&, Operation& out) {
        Pointwise one;
        one.function = function;
        if (parameter) one.parameter = layer.parameters.at(parameter).get<float>();
        out.after.push_back(one);
    };
}

const std::map<std::string, Maker>& makers() {
    static const std::map<std::string, Maker> table = [] {
        std::map<std::string, Maker> all = {
            {"dense", make_dense},
            {"conv2d", make_convolution},
            {"conv3d", make_convolution},
            {"conv2d_transpose", make_convolution},
            {"conv3d_transpose", make_convolution},
            {"batch_norm", make_batch_norm},
            {"range", make_range},
            {"sample", make_sample},
            {"random",
             [](const Layer& layer, const std::vector<Shape>&, const Context&, Operation& out) {
                 out.kind = Kind::random;
                 out.noise = network::noise_of(layer);
                 out.stream = layer.parameters.at("stream").get<std::uint32_t>();
             }},
            {"relu", pointwise(Function::leaky_relu)},
            {"leaky_relu", pointwise(Function::leaky_relu, "slope")},
            {"dropout", [](const Layer&, const std::vector<Shape>&, const Context&, Operation&) {}},
            {"threshold", pointwise(Function::threshold, "value")},
            {"scale",
             [](const Layer& layer, const std::vector<Shape>&, const Context&, Operation& out) {
                 Pointwise one;
                 one.gain = {layer.parameters.at("factor").get<float>()};
                 one.shift = {layer.parameters.value("offset", 0.0F)};
                 out.after.push_back(one);
             }},
            {"power", pointwise(Function::power, "exponent")},
            {"sigmoid", pointwise(Function::sigmoid)},
            {"softplus", pointwise(Function::softplus)},
            {"silu", pointwise(Function::silu)},
            {"exp", pointwise(Function::exp)},
            {"log", pointwise(Function::log)},
        };
        for (const auto& [type, make] : index_makers()) {
            all[type] = [make](const Layer& layer, const std::vector<Shape>& in, const Context&,
                               Operation& out) { make(layer, in, out); };
        }
        return all;
    }();
    return table;
}

// Of a network that plan_network() may not have seen yet.
std::int64_t stride_of(const Layer& layer) {
    std::int64_t product = 1;
    const core::Json stride = layer.parameters.value("stride", core::Json::array());
    for (const core::Json& one : stride) {
        if (one.is_number_integer()) product = network::saturating_product(product, one.get<std::int64_t>());
    }
    return product;
}

// Elements that all layers together may read and make: buffers and index tables grow with them. 16 showers of
// so many floats are 16 GiB, which no plan fits into 4 GiB.
constexpr std::int64_t most_elements = std::int64_t{1} << 28;

constexpr const char* impact_name = "impact";

}  // namespace

std::size_t Graph::readers(std::size_t operation) const {
    std::size_t count = 0;
    for (const Operation& other : operations)
        count += static_cast<std::size_t>(std::count(other.inputs.begin(), other.inputs.end(), operation));
    return count;
}

std::int64_t zeros_after(const Operation& convolution, const Shape& image, std::size_t axis) {
    const std::int64_t last = (image_of(convolution.shape)[axis + 1] - 1) * convolution.stride[axis];
    return last + convolution.kernel[axis] - convolution.low[axis] - image_of(image)[axis + 1];
}

Shape image_of(const Shape& shape) {
    return shape.size() == 3 ? Shape{shape[0], 1, shape[1], shape[2]} : shape;
}

std::string unsupported_layer(const network::NetworkSpec& spec) {
    for (const Layer& layer : spec.layers) {
        if (!makers().contains(layer.type)) return fmt::format("{} ({})", layer.name, layer.type);
        if (network::is_transposed(layer.type) && stride_of(layer) > most_phases)
            return fmt::format("{} ({} of stride {})", layer.name, layer.type,
                               layer.parameters.at("stride").dump());
    }
    return "";
}

Graph lower(const network::NetworkSpec& spec, const network::WeightsFile& file, const std::string& role) {
    const network::NetworkPlan plan = network::plan_network(spec);
    if (const std::string unknown = unsupported_layer(spec); !unknown.empty())
        throw core::InputError(
            fmt::format("the engine cannot run the layer {} of `{}`.", unknown, spec.name));
    const auto known = [](const network::Port& port) {
        return port.name == impact_name ? port.shape == Shape{2} : port.shape == Shape{1};
    };
    const auto impacts = std::count_if(spec.inputs.begin(), spec.inputs.end(),
                                       [](const auto& port) { return port.name == impact_name; });
    const bool one_energy = static_cast<std::int64_t>(spec.inputs.size()) - impacts == 1;
    if (!one_energy || spec.outputs.size() != 1 ||
        !std::all_of(spec.inputs.begin(), spec.inputs.end(), known)) {
        throw core::InputError(fmt::format(
            "the engine runs networks from one incident energy, and an impact point, to one output; `{}` has "
            "another form.",
            spec.name));
    }
    std::int64_t elements = 0;
    for (const auto& step : plan.steps) {
        elements += network::element_count(step.plan.output);
        for (const std::string& input : step.layer->inputs)
            elements += network::element_count(plan.shapes.at(input));
        if (elements > most_elements) {
            throw core::InputError(fmt::format(
                "`{}` is too large for the engine: up to `{}`, its layers read and make more than {} "
                "numbers for one shower. Is its grid right?",
                spec.name, step.layer->name, most_elements));
        }
    }
    Graph graph;
    graph.name = spec.name;
    std::map<std::string, std::size_t> place;
    for (const network::Port& port : spec.inputs) {
        Operation input;
        input.name = port.name;
        input.kind = Kind::input;
        input.condition = port.name == impact_name ? Condition::impact : Condition::energy;
        input.shape = port.shape;
        place[port.name] = graph.operations.size();
        graph.operations.push_back(std::move(input));
    }
    for (const auto& step : plan.steps) {
        const Layer& layer = *step.layer;
        Operation made;
        made.name = layer.name;
        made.nominal_macs = step.plan.macs;
        made.layer = layer;
        made.shape = step.plan.output;
        std::vector<Shape> shapes;
        for (const std::string& from : layer.inputs) {
            made.inputs.push_back(place.at(from));
            shapes.push_back(plan.shapes.at(from));
        }
        makers().at(layer.type)(layer, shapes, {file, role + "." + network::tensor_owner(layer) + "."}, made);
        place[layer.name] = graph.operations.size();
        graph.output = graph.operations.size();
        graph.operations.push_back(std::move(made));
        if (layer.name == spec.outputs[0].name) break;  // what follows makes nothing that is asked for
    }
    return graph;
}

}  // namespace caloforge::engine
