#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <numeric>

#include "core/Error.hh"
#include "engine/Graph.hh"
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

// Of a flat image, the axis that is missing comes first.
Operation::Triple triple(const core::Json& list, std::int64_t missing) {
    const auto values = list.get<Shape>();
    Operation::Triple out = {missing, missing, missing};
    std::copy(values.begin(), values.end(), out.end() - static_cast<std::ptrdiff_t>(values.size()));
    return out;
}

// Row-major steps of a shape.
Shape steps_of(const Shape& shape) {
    Shape steps(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) steps[i - 1] = steps[i] * shape[i];
    return steps;
}

// The flat index in the input of every element of the output: sum over axes of (coordinate + begin) * step.
std::vector<std::int32_t> strided(const Shape& shape, const Shape& steps, std::int64_t begin) {
    std::vector<std::int32_t> out(static_cast<std::size_t>(network::element_count(shape)));
    Shape at(shape.size(), 0);
    for (auto& index : out) {
        std::int64_t flat = begin;
        for (std::size_t i = 0; i < at.size(); ++i) flat += at[i] * steps[i];
        index = static_cast<std::int32_t>(flat);
        for (std::size_t i = at.size(); i-- > 0;) {
            if (++at[i] < shape[i]) break;
            at[i] = 0;
        }
    }
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

void make_reshape(const Layer&, const std::vector<Shape>&, const Context&, Operation& out) {
    out.kind = Kind::gather;
    out.index.resize(static_cast<std::size_t>(out.elements()));
    std::iota(out.index.begin(), out.index.end(), 0);
}

void make_slice(const Layer& layer, const std::vector<Shape>& in, const Context&, Operation& out) {
    out.kind = Kind::gather;
    const Shape steps = steps_of(in[0]);
    const auto axis = layer.parameters.at("axis").get<std::size_t>();
    out.index = strided(out.shape, steps, layer.parameters.at("begin").get<std::int64_t>() * steps[axis]);
}

void make_permute(const Layer& layer, const std::vector<Shape>& in, const Context&, Operation& out) {
    out.kind = Kind::gather;
    const Shape from = steps_of(in[0]);
    Shape steps;
    for (const auto axis : layer.parameters.at("order").get<std::vector<std::size_t>>())
        steps.push_back(from[axis]);
    out.index = strided(out.shape, steps, 0);
}

// For every base the list of base + offset.
void add_lists(const std::vector<std::int32_t>& bases, const std::vector<std::int32_t>& offsets,
               Operation& out) {
    for (const std::int32_t base : bases) {
        out.begins.push_back(static_cast<std::int32_t>(out.index.size()));
        for (const std::int32_t offset : offsets) out.index.push_back(base + offset);
    }
    out.begins.push_back(static_cast<std::int32_t>(out.index.size()));
}

// Lists of the elements that differ only in the axes named, in the order of the others.
void list_over(const Layer& layer, const Shape& in, Operation& out) {
    const Shape steps = steps_of(in);
    const auto axes = layer.parameters.at("axes").get<std::vector<std::size_t>>();
    Shape kept, kept_steps, gone, gone_steps;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const bool named = std::find(axes.begin(), axes.end(), i) != axes.end();
        (named ? gone : kept).push_back(in[i]);
        (named ? gone_steps : kept_steps).push_back(steps[i]);
    }
    add_lists(strided(kept, kept_steps, 0), strided(gone, gone_steps, 0), out);
}

void make_sum(const Layer& layer, const std::vector<Shape>& in, const Context&, Operation& out) {
    out.kind = Kind::sum;
    list_over(layer, in[0], out);
}

void make_softmax(const Layer& layer, const std::vector<Shape>& in, const Context&, Operation& out) {
    out.kind = Kind::softmax;
    list_over(layer, in[0], out);
}

void make_average_pool(const Layer& layer, const std::vector<Shape>& in, const Context&, Operation& out) {
    out.kind = Kind::sum;
    const auto size = triple(layer.parameters.at("size"), 1);
    const Shape steps = steps_of(image_of(in[0]));
    const auto inner = strided({size[0], size[1], size[2]}, {steps[1], steps[2], steps[3]}, 0);
    add_lists(strided(image_of(out.shape),
                      {steps[0], steps[1] * size[0], steps[2] * size[1], steps[3] * size[2]}, 0),
              inner, out);
    out.scale = 1 / static_cast<float>(inner.size());
}

void make_range(const Layer& layer, const std::vector<Shape>&, const Context&, Operation& out) {
    out.kind = Kind::constant;
    const double begin = layer.parameters.at("begin"), step = layer.parameters.at("step");
    for (std::int64_t i = 0; i < out.shape[0]; ++i)
        out.bias.push_back(static_cast<float>(begin + static_cast<double>(i) * step));
}

void make_interleave(const Layer& layer, const std::vector<Shape>& in, const Context&, Operation& out) {
    out.kind = Kind::interleave;
    std::vector<std::int64_t> begins;
    std::int64_t all = 0;
    for (const Shape& part : in) {
        begins.push_back(all);
        all += network::element_count(part);
    }
    out.index.resize(static_cast<std::size_t>(all));
    const auto from = network::interleaved(in, layer.parameters.at("factor").get<Shape>(), out.shape);
    for (std::size_t e = 0; e < from.size(); ++e) {
        const auto& [part, element] = from[e];
        out.index[static_cast<std::size_t>(begins[part] + element)] = static_cast<std::int32_t>(e);
    }
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

// Which elements meet where axes of extent 1 are spread; an input of one element is spread anyway.
Maker pairwise(Kind kind) {
    return [=](const Layer&, const std::vector<Shape>& in, const Context&, Operation& out) {
        out.kind = kind;
        const auto plain = [&](const Shape& shape) {
            return shape == out.shape || network::element_count(shape) == 1;
        };
        if (plain(in[0]) && plain(in[1])) return;
        const auto places = [&](Shape shape) {
            if (network::element_count(shape) == 1) shape = Shape(out.shape.size(), 1);
            Shape steps = steps_of(shape);
            for (std::size_t axis = 0; axis < steps.size(); ++axis) {
                if (shape[axis] == 1) steps[axis] = 0;
            }
            return strided(out.shape, steps, 0);
        };
        out.index = places(in[0]);
        out.begins = places(in[1]);
    };
}

Maker pointwise(Function function, const char* parameter = nullptr) {
    return [=](const Layer& layer, const std::vector<Shape>&, const Context&, Operation& out) {
        Pointwise one;
        one.function = function;
        if (parameter) one.parameter = layer.parameters.at(parameter).get<float>();
        out.after.push_back(one);
    };
}

Maker of_kind(Kind kind) {
    return [=](const Layer&, const std::vector<Shape>&, const Context&, Operation& out) { out.kind = kind; };
}

const std::map<std::string, Maker>& makers() {
    static const std::map<std::string, Maker> table = {
        {"dense", make_dense},
        {"conv2d", make_convolution},
        {"conv3d", make_convolution},
        {"conv2d_transpose", make_convolution},
        {"conv3d_transpose", make_convolution},
        {"batch_norm", make_batch_norm},
        {"reshape", make_reshape},
        {"flatten", make_reshape},
        {"slice", make_slice},
        {"permute", make_permute},
        {"sum", make_sum},
        {"softmax", make_softmax},
        {"average_pool", make_average_pool},
        {"upsample",
         [](const Layer& layer, const std::vector<Shape>&, const Context&, Operation& out) {
             out.kind = Kind::upsample;
             out.factor = triple(layer.parameters.at("factor"), 1);
         }},
        {"pad",
         [](const Layer& layer, const std::vector<Shape>&, const Context&, Operation& out) {
             out.kind = Kind::pad;
             out.low = triple(layer.parameters.at("padding"), 0);
         }},
        {"concat", of_kind(Kind::concat)},
        {"add", pairwise(Kind::add)},
        {"multiply", pairwise(Kind::multiply)},
        {"interleave", make_interleave},
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
