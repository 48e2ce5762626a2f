#include "network/PointwiseLayers.hh"

#include <fmt/format.h>

#include <algorithm>

#include "network/LayerParameters.hh"

namespace caloforge::network {

const std::vector<PointwiseLayer>& pointwise_layers() {
    constexpr double most = 1e30;
    static const std::vector<PointwiseLayer> rows{
        {"relu", {}, call("relu", "x")},
        {"leaky_relu", {{"slope", 0, 1}}, call("leaky_relu", "x", "slope")},
        {"threshold", {{"value", -most, most}}, call("where", call("less", "x", "value"), 0.0, "x")},
        {"scale",
         {{"factor", -most, most}, {"offset", -most, most, 0}},
         call("add", call("multiply", "x", "factor"), "offset"),
         {.full_precision = true}},
        {"power", {{"exponent", -100, 100}}, call("power", "x", "exponent"), {.positive = true}},
        {"sigmoid", {}, call("sigmoid", "x")},
        {"softplus", {}, call("softplus", "x")},
        {"silu", {}, call("multiply", "x", call("sigmoid", "x"))},
        {"tanh", {}, call("tanh", "x")},
        {"elu",
         {{"alpha", 0, 100}},
         call("where", call("less", "x", 0.0),
              call("multiply", "alpha", call("subtract", call("exp", call("min", "x", 0.0)), 1.0)), "x")},
        {"exp", {}, call("exp", "x")},
        {"log", {}, call("log", "x"), {.positive = true}},
        {"cos", {}, call("cos", "x")},
        {"floor", {}, call("floor", "x")},
    };
    return rows;
}

const PointwiseLayer* find_pointwise(const std::string& type) {
    for (const PointwiseLayer& row : pointwise_layers()) {
        if (row.type == type) return &row;
    }
    return nullptr;
}

LayerPlan PointwiseLayer::plan(const Layer& layer, const std::vector<Shape>& inputs) const {
    for (const Parameter& wanted : parameters) {
        if (wanted.fallback && !layer.parameters.contains(wanted.name)) continue;
        const auto value = parameter<double>(layer, wanted.name.c_str());
        if (!(value >= wanted.low && value <= wanted.high))
            fail(layer, fmt::format("parameter `{}` is {}.", wanted.name, value));
    }
    return {inputs[0], {}, element_count(inputs[0])};
}

std::vector<double> PointwiseLayer::values(const Layer& layer) const {
    std::vector<double> out;
    for (const Parameter& wanted : parameters)
        out.push_back(wanted.fallback ? layer.parameters.value(wanted.name, *wanted.fallback)
                                      : layer.parameters.at(wanted.name).get<double>());
    return out;
}

}  // namespace caloforge::network
