#include "network/NetworkPlan.hh"

#include <fmt/format.h>

#include "core/Error.hh"
#include "core/Suggest.hh"

namespace caloforge::network {

using core::InputError;

NetworkPlan plan_network(const NetworkSpec& spec) {
    NetworkPlan out;
    std::vector<std::string> names;
    const auto define = [&](const std::string& name, const Shape& shape) {
        if (name.empty() || !out.shapes.emplace(name, shape).second) {
            throw InputError(fmt::format("network `{}`: the name `{}` is {}.", spec.name, name,
                                         name.empty() ? "empty" : "used twice"));
        }
        names.push_back(name);
    };
    const auto shape_of = [&](const std::string& name, const std::string& user) -> const Shape& {
        const auto found = out.shapes.find(name);
        if (found == out.shapes.end()) {
            throw InputError(fmt::format("network `{}`: {} reads `{}`, which nothing before it makes.{}",
                                         spec.name, user, name, core::did_you_mean(name, names)));
        }
        return found->second;
    };

    for (const auto& port : spec.inputs) {
        for (const auto extent : port.shape) {
            if (extent < 1 || extent > (1 << 20)) {
                throw InputError(fmt::format("network `{}`: input `{}` has the shape {}.", spec.name,
                                             port.name, to_string(port.shape)));
            }
        }
        define(port.name, port.shape);
    }
    for (const auto& layer : spec.layers) {
        std::vector<Shape> inputs;
        for (const auto& input : layer.inputs)
            inputs.push_back(shape_of(input, fmt::format("layer `{}`", layer.name)));
        out.steps.push_back({&layer, plan_layer(layer, inputs)});
        define(layer.name, out.steps.back().plan.output);
    }
    if (spec.outputs.empty()) throw InputError(fmt::format("network `{}` has no output.", spec.name));
    for (const auto& port : spec.outputs) {
        const Shape& shape = shape_of(port.name, "an output");
        if (shape != port.shape) {
            throw InputError(fmt::format("network `{}`: output `{}` is stated as {} but has the shape {}.",
                                         spec.name, port.name, to_string(port.shape), to_string(shape)));
        }
    }
    return out;
}

std::int64_t NetworkPlan::trainable_parameters() const {
    std::int64_t count = 0;
    for (const auto& step : steps) {
        for (const auto& tensor : step.plan.tensors)
            count += tensor.trainable ? element_count(tensor.shape) : 0;
    }
    return count;
}

std::int64_t NetworkPlan::macs() const {
    std::int64_t count = 0;
    for (const auto& step : steps) count += step.plan.macs;
    return count;
}

}  // namespace caloforge::network
