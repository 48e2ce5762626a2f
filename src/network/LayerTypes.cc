#include "network/LayerTypes.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "network/ConvolutionLayers.hh"
#include "network/ImageLayers.hh"
#include "network/LayerParameters.hh"
#include "network/PointwiseLayers.hh"
#include "network/RandomLayers.hh"
#include "network/ShapeLayers.hh"

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

LayerPlan plan_dropout(const Layer& layer, const std::vector<Shape>& in) {
    check_stream(layer, parameter_or(layer, "stream", std::int64_t{0}), dropout_streams);
    constexpr double most = 0.999;
    const auto rate = parameter<double>(layer, "rate");
    if (!(rate >= 0 && rate <= most)) fail(layer, fmt::format("parameter `rate` is {}.", rate));
    return {in[0], {}, element_count(in[0])};
}

struct LayerType {
    std::size_t min_inputs;
    std::size_t max_inputs;
    std::vector<std::string> parameters;
    std::function<LayerPlan(const Layer&, const std::vector<Shape>&)> plan;
};

/// The list of all layer types.
const std::map<std::string, LayerType>& registry() {
    static const std::map<std::string, LayerType> types = [] {
        std::map<std::string, LayerType> all{
            {"dense", {1, 1, {"units", "bias", "initialiser"}, plan_dense}},
            {"batch_norm", {1, 1, {"epsilon", "momentum"}, plan_batch_norm}},
            {"reshape", {1, 1, {"shape"}, plan_reshape}},
            {"flatten", {1, 1, {}, plan_flatten}},
            {"upsample", {1, 1, {"factor"}, plan_upsample}},
            {"pad", {1, 1, {"padding"}, plan_pad}},
            {"average_pool", {1, 1, {"size"}, plan_pool}},
            {"max_pool", {1, 1, {"size"}, plan_pool}},
            {"sum", {1, 1, {"axes"}, plan_sum}},
            {"softmax", {1, 1, {"axes"}, plan_softmax}},
            {"slice", {1, 1, {"axis", "begin", "end"}, plan_slice}},
            {"take", {1, 1, {"index", "shape"}, plan_take}},
            {"permute", {1, 1, {"order"}, plan_permute}},
            {"concat", {2, 64, {}, plan_concat}},
            {"interleave", {1, 64, {"factor"}, plan_interleave}},
            {"move", {2, 2, {"size"}, plan_move}},
            {"range", {0, 0, {"count", "begin", "step"}, plan_range}},
            {"sample", {2, 2, {"knots", "zeros", "from", "to"}, plan_sample}},
            {"choose", {2, 2, {}, plan_choose}},
            {"lookup", {2, 2, {}, plan_lookup}},
            {"scatter", {2, 3, {"shape"}, plan_scatter}},
            {"add", {2, 2, {}, plan_pairwise}},
            {"multiply", {2, 2, {}, plan_pairwise}},
            {"random", {0, 0, {"distribution", "shape", "stream", "concentration", "mean"}, plan_random}},
            {"dropout", {1, 1, {"rate", "stream"}, plan_dropout}},
        };
        for (const std::string& type : convolution_types())
            all[type] = {
                1, 1, {"filters", "kernel", "stride", "padding", "bias", "initialiser"}, plan_convolution};
        for (const PointwiseLayer& row : pointwise_layers()) {
            LayerType& type = all[row.type] = {1, 1, {}, {}};
            for (const auto& known : row.parameters) type.parameters.push_back(known.name);
            type.plan = [&row](const Layer& layer, const std::vector<Shape>& in) {
                return row.plan(layer, in);
            };
        }
        return all;
    }();
    return types;
}

constexpr const char* tensors_key = "tensors";

}  // namespace

const std::string& tensor_owner(const Layer& layer) {
    const auto shared = layer.parameters.find(tensors_key);
    return shared == layer.parameters.end() ? layer.name : shared->get_ref<const std::string&>();
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
