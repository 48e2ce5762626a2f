#include "network/LayerTypes.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "network/ConvolutionLayers.hh"
#include "network/LayerParameters.hh"
#include "network/RandomLayers.hh"

namespace caloforge::network {
namespace {

/// Dropout draws from the first of the training's streams (core/Random.hh); behind them are the loop's own.
constexpr std::int64_t dropout_streams = 0x1000;

LayerPlan plan_dense(const Layer& layer, const std::vector<Shape>& in) {
    want_rank(layer, in[0], 1);
    const std::int64_t units = count(layer, "units");
    LayerPlan plan{{units}, {}, units * in[0][0]};
    plan.tensors.push_back({"weight", {units, in[0][0]}, true, initialiser(layer), in[0][0], units});
    if (parameter_or(layer, "bias", true)) plan.tensors.push_back({"bias", {units}, true, "zeros", 1, 1});
    return plan;
}

LayerPlan plan_batch_norm(const Layer& layer, const std::vector<Shape>& in) {
    const Shape channels{in[0][0]};
    if (!(parameter_or(layer, "epsilon", 1e-3) > 0)) fail(layer, "parameter `epsilon` must be positive.");
    const double momentum = parameter_or(layer, "momentum", 0.99);
    if (!(momentum >= 0 && momentum <= 1)) fail(layer, fmt::format("parameter `momentum` is {}.", momentum));
    return {in[0],
            {{"gain", channels, true, "ones", 1, 1},
             {"shift", channels, true, "zeros", 1, 1},
             {"mean", channels, false, "zeros", 1, 1},
             {"variance", channels, false, "ones", 1, 1}},
            element_count(in[0])};
}

LayerPlan plan_reshape(const Layer& layer, const std::vector<Shape>& in) {
    const Shape shape = extents(layer, "shape", 0, 1);
    if (element_count(shape) != element_count(in[0])) {
        fail(layer, fmt::format("{} does not fit into {}.", to_string(in[0]), to_string(shape)));
    }
    return {shape, {}, 0};
}

/// An image whose extents become those that `extent(axis)` names.
template <class Extent>
LayerPlan plan_image(const Shape& in, std::size_t axes, Extent extent) {
    Shape out{in[0]};
    for (std::size_t axis = 0; axis < axes; ++axis) out.push_back(extent(axis));
    return {out, {}, 0};
}

LayerPlan plan_upsample(const Layer& layer, const std::vector<Shape>& in) {
    const std::size_t axes = image_axes(layer, in[0]);
    const Shape factor = extents(layer, "factor", axes, 1);
    return plan_image(in[0], axes,
                      [&](std::size_t axis) { return saturating_product(in[0][axis + 1], factor[axis]); });
}

LayerPlan plan_pad(const Layer& layer, const std::vector<Shape>& in) {
    const std::size_t axes = image_axes(layer, in[0]);
    const Shape pad = extents(layer, "padding", axes, 0);
    return plan_image(in[0], axes, [&](std::size_t axis) { return in[0][axis + 1] + 2 * pad[axis]; });
}

LayerPlan plan_pool(const Layer& layer, const std::vector<Shape>& in) {
    const std::size_t axes = image_axes(layer, in[0]);
    const Shape size = extents(layer, "size", axes, 1);
    const LayerPlan plan =
        plan_image(in[0], axes, [&](std::size_t axis) { return in[0][axis + 1] / size[axis]; });
    if (element_count(plan.output) == 0)
        fail(layer, fmt::format("window is larger than the input {}.", to_string(in[0])));
    return plan;
}

/// Axes are counted without the batch axis; each once.
Shape axes_of(const Layer& layer, const Shape& in) {
    Shape axes = extents(layer, "axes", 0, 0);
    Shape sorted = axes;
    std::sort(sorted.begin(), sorted.end());
    const bool twice = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
    if (axes.empty() || twice || sorted.back() >= static_cast<std::int64_t>(in.size()))
        fail(layer, fmt::format("axes {} do not fit the input {}.", to_string(axes), to_string(in)));
    return axes;
}

LayerPlan plan_sum(const Layer& layer, const std::vector<Shape>& in) {
    const Shape axes = axes_of(layer, in[0]);
    Shape out;
    for (std::int64_t axis = 0; axis < static_cast<std::int64_t>(in[0].size()); ++axis) {
        if (std::find(axes.begin(), axes.end(), axis) == axes.end())
            out.push_back(in[0][static_cast<std::size_t>(axis)]);
    }
    if (out.empty()) out.push_back(1);
    return {out, {}, 0};
}

LayerPlan plan_softmax(const Layer& layer, const std::vector<Shape>& in) {
    axes_of(layer, in[0]);
    return {in[0], {}, element_count(in[0])};
}

LayerPlan plan_slice(const Layer& layer, const std::vector<Shape>& in) {
    const auto axis = parameter<std::int64_t>(layer, "axis");
    const auto begin = parameter<std::int64_t>(layer, "begin");
    const auto end = parameter<std::int64_t>(layer, "end");
    if (axis < 0 || axis >= static_cast<std::int64_t>(in[0].size()) || begin < 0 || end <= begin ||
        end > in[0][static_cast<std::size_t>(axis)]) {
        fail(layer, fmt::format("[{}, {}) on axis {} does not fit the input {}.", begin, end, axis,
                                to_string(in[0])));
    }
    Shape out = in[0];
    out[static_cast<std::size_t>(axis)] = end - begin;
    return {out, {}, 0};
}

LayerPlan plan_permute(const Layer& layer, const std::vector<Shape>& in) {
    const Shape order = extents(layer, "order", in[0].size(), 0);
    Shape sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t axis = 0; axis < order.size(); ++axis) {
        if (sorted[axis] != static_cast<std::int64_t>(axis))
            fail(layer, fmt::format("order {} is no permutation.", to_string(order)));
    }
    Shape out;
    for (const auto axis : order) out.push_back(in[0][static_cast<std::size_t>(axis)]);
    return {out, {}, 0};
}

/// Element by element. Axes of extent 1 are spread over the other input's; so is an input of one element with
/// fewer axes.
LayerPlan plan_pairwise(const Layer& layer, const std::vector<Shape>& in) {
    const auto spreads = [](const Shape& one, const Shape& over) {
        return element_count(one) == 1 && one.size() <= over.size();
    };
    if (spreads(in[1], in[0])) return {in[0], {}, element_count(in[0])};
    if (spreads(in[0], in[1])) return {in[1], {}, element_count(in[1])};
    Shape out = in[0];
    bool fits = in[0].size() == in[1].size();
    for (std::size_t axis = 0; fits && axis < out.size(); ++axis) {
        fits = in[0][axis] == in[1][axis] || in[0][axis] == 1 || in[1][axis] == 1;
        out[axis] = std::max(in[0][axis], in[1][axis]);
    }
    if (!fits) fail(layer, fmt::format("inputs {} and {} do not fit.", to_string(in[0]), to_string(in[1])));
    return {out, {}, element_count(out)};
}

LayerPlan plan_range(const Layer& layer, const std::vector<Shape>&) {
    constexpr double largest = 1e9;
    for (const char* key : {"begin", "step"}) {
        const auto value = parameter<double>(layer, key);
        if (!(std::abs(value) <= largest)) fail(layer, fmt::format("parameter `{}` is {}.", key, value));
    }
    return {{count(layer, "count")}, {}, 0};
}

/// Cell i of input p of an axis becomes cell i * factor + p; inputs are in row-major order of their places.
LayerPlan plan_interleave(const Layer& layer, const std::vector<Shape>& in) {
    const std::size_t axes = image_axes(layer, in[0]);
    const Shape factor = extents(layer, "factor", axes, 1);
    if (element_count(factor) != static_cast<std::int64_t>(in.size()))
        fail(layer, fmt::format("factor {} needs {} inputs, there are {}.", to_string(factor),
                                element_count(factor), in.size()));
    Shape out{in[0][0]};
    for (std::size_t axis = 0; axis < axes; ++axis) {
        // The inputs along this axis are so many apart.
        std::size_t apart = 1;
        for (std::size_t later = axis + 1; later < axes; ++later)
            apart *= static_cast<std::size_t>(factor[later]);
        std::int64_t cells = 0;
        for (std::int64_t p = 0; p < factor[axis]; ++p) {
            const Shape& part = in[static_cast<std::size_t>(p) * apart];
            if (part.size() == axes + 1) cells += part[axis + 1];
        }
        out.push_back(cells);
    }
    for (std::size_t i = 0; i < in.size(); ++i) {
        Shape wanted{in[0][0]};
        auto rest = static_cast<std::int64_t>(i);
        for (std::size_t axis = axes; axis-- > 0; rest /= factor[axis]) {
            const std::int64_t place = rest % factor[axis];
            wanted.insert(wanted.begin() + 1, (out[axis + 1] - place + factor[axis] - 1) / factor[axis]);
        }
        if (in[i] != wanted)
            fail(layer, fmt::format("its input {} has shape {}; {} would fill {}.", i, to_string(in[i]),
                                    to_string(wanted), to_string(out)));
    }
    // Every cell has an entry in a table of where it comes from.
    constexpr std::int64_t most_cells = std::int64_t{1} << 26;
    if (element_count(out) > most_cells)
        fail(layer,
             fmt::format("{} is too large to be put together ({} elements).", to_string(out), most_cells));
    return {out, {}, 0};
}

LayerPlan plan_concat(const Layer& layer, const std::vector<Shape>& in) {
    Shape out = in[0];
    for (std::size_t i = 1; i < in.size(); ++i) {
        if (in[i].empty() || in[i].size() != out.size() ||
            !std::equal(in[i].begin() + 1, in[i].end(), out.begin() + 1)) {
            fail(layer, fmt::format("inputs {} and {} do not fit behind each other.", to_string(out),
                                    to_string(in[i])));
        }
        out[0] += in[i][0];
    }
    return {out, {}, 0};
}

LayerPlan plan_unary(const Layer&, const std::vector<Shape>& in) {
    return {in[0], {}, element_count(in[0])};
}

template <double low, double high>
LayerPlan plan_unary_with(const Layer& layer, const std::vector<Shape>& in, const char* key) {
    const auto value = parameter<double>(layer, key);
    if (!(value >= low && value <= high)) fail(layer, fmt::format("parameter `{}` is {}.", key, value));
    return plan_unary(layer, in);
}

struct LayerType {
    std::size_t min_inputs;
    std::size_t max_inputs;
    std::vector<std::string> parameters;
    std::function<LayerPlan(const Layer&, const std::vector<Shape>&)> plan;
};

using In = std::vector<Shape>;

const std::map<std::string, LayerType>& registry() {
    static const std::vector<std::string> convolution{"filters", "kernel", "stride",
                                                      "padding", "bias",   "initialiser"};
    static const std::map<std::string, LayerType> types{
        {"dense", {1, 1, {"units", "bias", "initialiser"}, plan_dense}},
        {"conv2d", {1, 1, convolution, plan_convolution}},
        {"conv3d", {1, 1, convolution, plan_convolution}},
        {"conv2d_transpose", {1, 1, convolution, plan_convolution}},
        {"conv3d_transpose", {1, 1, convolution, plan_convolution}},
        {"batch_norm", {1, 1, {"epsilon", "momentum"}, plan_batch_norm}},
        {"reshape", {1, 1, {"shape"}, plan_reshape}},
        {"flatten",
         {1,
          1,
          {},
          [](const Layer&, const In& in) {
              return LayerPlan{{element_count(in[0])}, {}, 0};
          }}},
        {"upsample", {1, 1, {"factor"}, plan_upsample}},
        {"pad", {1, 1, {"padding"}, plan_pad}},
        {"average_pool", {1, 1, {"size"}, plan_pool}},
        {"sum", {1, 1, {"axes"}, plan_sum}},
        {"softmax", {1, 1, {"axes"}, plan_softmax}},
        {"slice", {1, 1, {"axis", "begin", "end"}, plan_slice}},
        {"permute", {1, 1, {"order"}, plan_permute}},
        {"concat", {2, 64, {}, plan_concat}},
        {"interleave", {1, 64, {"factor"}, plan_interleave}},
        {"range", {0, 0, {"count", "begin", "step"}, plan_range}},
        {"sample", {2, 2, {"knots", "zeros"}, plan_sample}},
        {"add", {2, 2, {}, plan_pairwise}},
        {"multiply", {2, 2, {}, plan_pairwise}},
        {"random", {0, 0, {"distribution", "shape", "stream", "concentration", "mean"}, plan_random}},
        {"relu", {1, 1, {}, plan_unary}},
        {"leaky_relu",
         {1,
          1,
          {"slope"},
          [](const Layer& l, const In& in) { return plan_unary_with<0.0, 1.0>(l, in, "slope"); }}},
        {"dropout",
         {1,
          1,
          {"rate", "stream"},
          [](const Layer& l, const In& in) {
              check_stream(l, parameter_or(l, "stream", std::int64_t{0}), dropout_streams);
              return plan_unary_with<0.0, 0.999>(l, in, "rate");
          }}},
        {"threshold",
         {1,
          1,
          {"value"},
          [](const Layer& l, const In& in) { return plan_unary_with<-1e30, 1e30>(l, in, "value"); }}},
        {"scale",
         {1,
          1,
          {"factor", "offset"},
          [](const Layer& l, const In& in) {
              if (l.parameters.contains("offset")) plan_unary_with<-1e30, 1e30>(l, in, "offset");
              return plan_unary_with<-1e30, 1e30>(l, in, "factor");
          }}},
        {"power",
         {1,
          1,
          {"exponent"},
          [](const Layer& l, const In& in) { return plan_unary_with<-100.0, 100.0>(l, in, "exponent"); }}},
        {"sigmoid", {1, 1, {}, plan_unary}},
        {"softplus", {1, 1, {}, plan_unary}},
        {"silu", {1, 1, {}, plan_unary}},
        {"exp", {1, 1, {}, plan_unary}},
        {"log", {1, 1, {}, plan_unary}},
    };
    return types;
}

constexpr const char* tensors_key = "tensors";

}  // namespace

const std::string& tensor_owner(const Layer& layer) {
    const auto shared = layer.parameters.find(tensors_key);
    return shared == layer.parameters.end() ? layer.name : shared->get_ref<const std::string&>();
}

std::vector<std::int64_t> interleaved(const std::vector<Shape>& inputs, const Shape& factor,
                                      const Shape& output) {
    Shape begins;
    std::int64_t all = 0;
    for (const Shape& input : inputs) {
        begins.push_back(all);
        all += element_count(input);
    }
    std::vector<std::int64_t> out(static_cast<std::size_t>(all));
    Shape at(output.size(), 0);
    for (auto& place : out) {
        std::size_t part = 0;
        for (std::size_t axis = 0; axis < factor.size(); ++axis)
            part = part * static_cast<std::size_t>(factor[axis]) +
                   static_cast<std::size_t>(at[axis + 1] % factor[axis]);
        std::int64_t element = at[0];
        for (std::size_t axis = 0; axis < factor.size(); ++axis)
            element = element * inputs[part][axis + 1] + at[axis + 1] / factor[axis];
        place = begins[part] + element;
        for (std::size_t axis = at.size(); axis-- > 0;) {
            if (++at[axis] < output[axis]) break;
            at[axis] = 0;
        }
    }
    return out;
}

std::vector<float> range_values(const Layer& layer) {
    const double begin = layer.parameters.at("begin"), step = layer.parameters.at("step");
    std::vector<float> out(layer.parameters.at("count").get<std::size_t>());
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<float>(begin + static_cast<double>(i) * step);
    return out;
}

std::vector<std::string> layer_types() {
    std::vector<std::string> names;
    for (const auto& [name, type] : registry()) names.push_back(name);
    return names;
}

LayerPlan plan_layer(const Layer& layer, const std::vector<Shape>& inputs) {
    const auto found = registry().find(layer.type);
    if (found == registry().end()) {
        throw core::InputError(fmt::format("layer `{}`: type `{}` is unknown.{}", layer.name, layer.type,
                                           core::did_you_mean(layer.type, layer_types())));
    }
    if (!layer.parameters.is_object()) fail(layer, "its parameters are not an object.");
    const LayerType& type = found->second;
    if (inputs.size() < type.min_inputs || inputs.size() > type.max_inputs) {
        fail(layer, fmt::format("has {} inputs; {} to {} are wanted.", inputs.size(), type.min_inputs,
                                type.max_inputs));
    }
    for (const auto& [key, value] : layer.parameters.items()) {
        if (key == tensors_key) continue;
        if (std::find(type.parameters.begin(), type.parameters.end(), key) == type.parameters.end()) {
            fail(layer,
                 fmt::format("parameter `{}` is unknown.{}", key, core::did_you_mean(key, type.parameters)));
        }
    }
    // Products of extents that a file names must stay below what memory (and 64 bits) can hold.
    const auto check_size = [&](const Shape& shape) {
        if (shape.empty()) fail(layer, "a shape without axes; (1) is a single number.");
        std::int64_t elements = 1;
        for (const auto extent : shape) {
            if (extent < 1 || extent > largest_tensor / elements)
                fail(layer, fmt::format("shape {} is empty or too large.", to_string(shape)));
            elements *= extent;
        }
    };
    for (const auto& shape : inputs) check_size(shape);
    LayerPlan plan = type.plan(layer, inputs);
    check_size(plan.output);
    for (const auto& tensor : plan.tensors) check_size(tensor.shape);
    if (layer.parameters.contains(tensors_key)) {
        parameter<std::string>(layer, tensors_key);
        if (plan.tensors.empty()) fail(layer, "has no tensors to take from another layer.");
    }
    return plan;
}

}  // namespace caloforge::network
