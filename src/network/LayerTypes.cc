#include "network/LayerTypes.hh"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "core/Error.hh"
#include "core/Random.hh"
#include "core/Suggest.hh"
#include "network/StrictJson.hh"

namespace caloforge::network {
namespace {

using core::InputError;
using core::Json;

/// Dropout draws from the first of the training's streams (core/Random.hh); behind them are the loop's own.
constexpr std::int64_t dropout_streams = 0x1000;

[[noreturn]] void fail(const Layer& layer, const std::string& problem) {
    throw InputError(fmt::format("layer `{}` ({}): {}", layer.name, layer.type, problem));
}

template <class T>
T parameter(const Layer& layer, const char* key) {
    const auto found = layer.parameters.find(key);
    if (found == layer.parameters.end()) fail(layer, fmt::format("parameter `{}` is missing.", key));
    const auto value = strict_get<T>(*found);
    if (!value) fail(layer, fmt::format("parameter `{}` has the wrong type ({}).", key, found->dump()));
    return *value;
}

template <class T>
T parameter_or(const Layer& layer, const char* key, T fallback) {
    return layer.parameters.contains(key) ? parameter<T>(layer, key) : fallback;
}

/// A list of `size` whole numbers, each in [low, largest_extent].
Shape extents(const Layer& layer, const char* key, std::size_t size, std::int64_t low) {
    const Shape list = parameter<Shape>(layer, key);
    if (size != 0 && list.size() != size)
        fail(layer, fmt::format("parameter `{}` needs {} numbers.", key, size));
    for (const auto extent : list) {
        if (extent < low || extent > largest_extent)
            fail(layer, fmt::format("parameter `{}` holds {}.", key, extent));
    }
    return list;
}

/// One whole number in [1, largest_extent].
std::int64_t count(const Layer& layer, const char* key) {
    const auto value = parameter<std::int64_t>(layer, key);
    if (value < 1 || value > largest_extent) fail(layer, fmt::format("parameter `{}` is {}.", key, value));
    return value;
}

void check_stream(const Layer& layer, std::int64_t stream, std::int64_t end) {
    if (stream < 0 || stream >= end)
        fail(layer, fmt::format("parameter `stream` is {}; 0 to {} are wanted.", stream, end - 1));
}

void want_rank(const Layer& layer, const Shape& shape, std::size_t rank) {
    if (shape.size() != rank) {
        fail(layer, fmt::format("input has shape {}; {} axes are wanted.", to_string(shape), rank));
    }
}

std::string initialiser(const Layer& layer) {
    const std::vector<std::string> known{"he_uniform", "glorot_uniform", "glorot_normal"};
    const auto name = parameter_or<std::string>(layer, "initialiser", "glorot_uniform");
    if (std::find(known.begin(), known.end(), name) == known.end()) {
        fail(layer, fmt::format("initialiser `{}` is unknown.{}", name, core::did_you_mean(name, known)));
    }
    return name;
}

LayerPlan plan_dense(const Layer& layer, const std::vector<Shape>& in) {
    want_rank(layer, in[0], 1);
    const std::int64_t units = count(layer, "units");
    LayerPlan plan{{units}, {}, units * in[0][0]};
    plan.tensors.push_back({"weight", {units, in[0][0]}, true, initialiser(layer), in[0][0], units});
    if (parameter_or(layer, "bias", true)) plan.tensors.push_back({"bias", {units}, true, "zeros", 1, 1});
    return plan;
}

LayerPlan plan_convolution(const Layer& layer, const std::vector<Shape>& in) {
    want_rank(layer, in[0], 4);
    const Shape kernel = extents(layer, "kernel", 3, 1);
    const std::int64_t filters = count(layer, "filters");
    const auto padding = convolution_padding(layer);
    LayerPlan plan{{filters}, {}, 0};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::int64_t extent =
            in[0][axis + 1] + padding[axis].low + padding[axis].high - kernel[axis] + 1;
        if (extent < 1) {
            fail(layer, fmt::format("kernel {} is larger than the padded input {}.", to_string(kernel),
                                    to_string(in[0])));
        }
        plan.output.push_back(extent);
    }
    const std::int64_t taps = element_count(kernel);
    plan.tensors.push_back({"weight",
                            {filters, in[0][0], kernel[0], kernel[1], kernel[2]},
                            true,
                            initialiser(layer),
                            saturating_product(in[0][0], taps),
                            saturating_product(filters, taps)});
    if (parameter_or(layer, "bias", true)) plan.tensors.push_back({"bias", {filters}, true, "zeros", 1, 1});
    plan.macs = saturating_product(element_count(plan.output), saturating_product(in[0][0], taps));
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

LayerPlan plan_upsample(const Layer& layer, const std::vector<Shape>& in) {
    want_rank(layer, in[0], 4);
    const Shape factor = extents(layer, "factor", 3, 1);
    return {{in[0][0], in[0][1] * factor[0], in[0][2] * factor[1], in[0][3] * factor[2]}, {}, 0};
}

LayerPlan plan_pad(const Layer& layer, const std::vector<Shape>& in) {
    want_rank(layer, in[0], 4);
    const Shape pad = extents(layer, "padding", 3, 0);
    return {{in[0][0], in[0][1] + 2 * pad[0], in[0][2] + 2 * pad[1], in[0][3] + 2 * pad[2]}, {}, 0};
}

LayerPlan plan_pool(const Layer& layer, const std::vector<Shape>& in) {
    want_rank(layer, in[0], 4);
    const Shape size = extents(layer, "size", 3, 1);
    Shape out{in[0][0], in[0][1] / size[0], in[0][2] / size[1], in[0][3] / size[2]};
    if (element_count(out) == 0)
        fail(layer, fmt::format("window is larger than the input {}.", to_string(in[0])));
    return {out, {}, 0};
}

/// Axes are counted without the batch axis.
LayerPlan plan_sum(const Layer& layer, const std::vector<Shape>& in) {
    const Shape axes = extents(layer, "axes", 0, 0);
    Shape out;
    for (std::int64_t axis = 0; axis < static_cast<std::int64_t>(in[0].size()); ++axis) {
        if (std::find(axes.begin(), axes.end(), axis) == axes.end())
            out.push_back(in[0][static_cast<std::size_t>(axis)]);
    }
    if (axes.empty() ||
        std::any_of(axes.begin(), axes.end(),
                    [&](auto a) { return a >= static_cast<std::int64_t>(in[0].size()); }) ||
        out.size() + axes.size() != in[0].size()) {
        fail(layer, fmt::format("axes {} do not fit the input {}.", to_string(axes), to_string(in[0])));
    }
    if (out.empty()) out.push_back(1);
    return {out, {}, 0};
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

/// Element by element on equal shapes; an input with one element is spread over the other, which must not
/// have fewer axes.
LayerPlan plan_pairwise(const Layer& layer, const std::vector<Shape>& in) {
    const auto spreads = [](const Shape& one, const Shape& over) {
        return element_count(one) == 1 && one.size() <= over.size();
    };
    if (in[0] == in[1] || spreads(in[1], in[0])) return {in[0], {}, element_count(in[0])};
    if (spreads(in[0], in[1])) return {in[1], {}, element_count(in[1])};
    fail(layer, fmt::format("inputs {} and {} do not fit.", to_string(in[0]), to_string(in[1])));
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

LayerPlan plan_random(const Layer& layer, const std::vector<Shape>&) {
    const std::vector<std::string> known{"normal", "uniform"};
    const auto distribution = parameter<std::string>(layer, "distribution");
    if (std::find(known.begin(), known.end(), distribution) == known.end()) {
        fail(layer, fmt::format("distribution `{}` is unknown to this version.{}", distribution,
                                core::did_you_mean(distribution, known)));
    }
    check_stream(layer, parameter<std::int64_t>(layer, "stream"), core::first_condition_stream);
    return {extents(layer, "shape", 0, 1), {}, 0};
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
    static const std::map<std::string, LayerType> types{
        {"dense", {1, 1, {"units", "bias", "initialiser"}, plan_dense}},
        {"conv3d", {1, 1, {"filters", "kernel", "padding", "bias", "initialiser"}, plan_convolution}},
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
        {"slice", {1, 1, {"axis", "begin", "end"}, plan_slice}},
        {"permute", {1, 1, {"order"}, plan_permute}},
        {"concat", {2, 64, {}, plan_concat}},
        {"add", {2, 2, {}, plan_pairwise}},
        {"multiply", {2, 2, {}, plan_pairwise}},
        {"random", {0, 0, {"distribution", "shape", "stream"}, plan_random}},
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
          {"factor"},
          [](const Layer& l, const In& in) { return plan_unary_with<-1e30, 1e30>(l, in, "factor"); }}},
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

}  // namespace

std::vector<std::string> layer_types() {
    std::vector<std::string> names;
    for (const auto& [name, type] : registry()) names.push_back(name);
    return names;
}

std::vector<Padding> convolution_padding(const Layer& layer) {
    const Shape kernel = extents(layer, "kernel", 3, 1);
    const Json wanted = layer.parameters.value("padding", Json("valid"));
    if (wanted == "valid") return std::vector<Padding>(3);
    std::vector<Padding> out;
    if (wanted == "same") {
        for (const auto extent : kernel) out.push_back({(extent - 1) / 2, extent / 2});
        return out;
    }
    if (!wanted.is_array())
        fail(layer,
             fmt::format("padding is {}; \"same\", \"valid\" or three numbers are wanted.", wanted.dump()));
    for (const auto extent : extents(layer, "padding", 3, 0)) out.push_back({extent, extent});
    return out;
}

LayerPlan plan_layer(const Layer& layer, const std::vector<Shape>& inputs) {
    const auto found = registry().find(layer.type);
    if (found == registry().end()) {
        throw InputError(fmt::format("layer `{}`: type `{}` is unknown.{}", layer.name, layer.type,
                                     core::did_you_mean(layer.type, layer_types())));
    }
    if (!layer.parameters.is_object()) fail(layer, "its parameters are not an object.");
    const LayerType& type = found->second;
    if (inputs.size() < type.min_inputs || inputs.size() > type.max_inputs) {
        fail(layer, fmt::format("has {} inputs; {} to {} are wanted.", inputs.size(), type.min_inputs,
                                type.max_inputs));
    }
    for (const auto& [key, value] : layer.parameters.items()) {
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
    return plan;
}

}  // namespace caloforge::network
