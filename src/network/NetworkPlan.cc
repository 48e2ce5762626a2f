#include "network/NetworkPlan.hh"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "core/Error.hh"
#include "core/Suggest.hh"

namespace caloforge::network {

using core::InputError;

namespace {

constexpr std::size_t longest_name = 100;

/// Names become parts of tensor names ("<network>.<layer>.<role>"), so they hold no dots.
bool is_name(const std::string& text) {
    return !text.empty() && text.size() <= longest_name && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

// A layer that uses another's tensors: that one is before it and has the same.
void check_owner(const NetworkSpec& spec, const Layer& layer, const LayerPlan& plan,
                 const std::map<std::string, std::vector<TensorSpec>>& owners) {
    const std::string& name = tensor_owner(layer);
    const auto owner = owners.find(name);
    if (owner == owners.end()) {
        throw InputError(
            fmt::format("network `{}`: layer `{}` uses the tensors of `{}`, which is no layer before it with "
                        "tensors of its own.",
                        spec.name, layer.name, name.substr(0, longest_name)));
    }
    const auto same = [](const TensorSpec& a, const TensorSpec& b) {
        return a.role == b.role && a.shape == b.shape;
    };
    if (!std::equal(plan.tensors.begin(), plan.tensors.end(), owner->second.begin(), owner->second.end(),
                    same)) {
        throw InputError(fmt::format(
            "network `{}`: layer `{}` uses the tensors of `{}`, which are not those that it needs.",
            spec.name, layer.name, name));
    }
}

}  // namespace

NetworkPlan plan_network(const NetworkSpec& spec) {
    NetworkPlan out;
    std::vector<std::string> names;
    const auto define = [&](const std::string& name, const Shape& shape) {
        if (!is_name(name)) {
            throw InputError(fmt::format("network `{}`: `{}` is no name (1 to {} letters, digits, _ and -).",
                                         spec.name, name.substr(0, longest_name), longest_name));
        }
        if (!out.shapes.emplace(name, shape).second) {
            throw InputError(fmt::format("network `{}`: the name `{}` is used twice.", spec.name, name));
        }
        names.push_back(name);
    };
    const auto shape_of = [&](const std::string& name, const std::string& user) -> const Shape& {
        const auto found = out.shapes.find(name);
        if (found == out.shapes.end()) {
            throw InputError(fmt::format("network `{}`: {} reads `{}`, which nothing before it makes.{}",
                                         spec.name, user, name.substr(0, longest_name),
                                         is_name(name) ? core::did_you_mean(name, names) : ""));
        }
        return found->second;
    };

    for (const auto& port : spec.inputs) {
        const bool good = !port.shape.empty() &&
                          std::all_of(port.shape.begin(), port.shape.end(),
                                      [](auto extent) { return extent >= 1 && extent <= largest_extent; });
        if (!good || element_count(port.shape) > largest_tensor) {
            throw InputError(fmt::format("network `{}`: input `{}` has the shape {} (empty or too large).",
                                         spec.name, port.name, to_string(port.shape)));
        }
        define(port.name, port.shape);
    }
    if (spec.layers.size() > most_layers) {
        throw InputError(fmt::format("network `{}` has {} layers; {} are the most.", spec.name,
                                     spec.layers.size(), most_layers));
    }
    std::map<std::string, std::vector<TensorSpec>> owners;
    for (const auto& layer : spec.layers) {
        std::vector<Shape> inputs;
        for (const auto& input : layer.inputs)
            inputs.push_back(shape_of(input, fmt::format("layer `{}`", layer.name)));
        LayerPlan plan = plan_layer(layer, inputs);
        if (tensor_owner(layer) != layer.name) {
            check_owner(spec, layer, plan, owners);
            plan.tensors.clear();
        } else if (!plan.tensors.empty()) {
            owners[layer.name] = plan.tensors;
        }
        out.steps.push_back({&layer, std::move(plan)});
        define(layer.name, out.steps.back().plan.output);
    }
    if (spec.outputs.empty()) throw InputError(fmt::format("network `{}` has no output.", spec.name));
    std::set<std::string> outputs;
    for (const auto& port : spec.outputs) {
        const Shape& shape = shape_of(port.name, "an output");
        const auto is_port = [&](const Port& input) { return input.name == port.name; };
        if (std::any_of(spec.inputs.begin(), spec.inputs.end(), is_port)) {
            throw InputError(fmt::format("network `{}`: output `{}` is an input; outputs name layers.",
                                         spec.name, port.name));
        }
        if (!outputs.insert(port.name).second) {
            throw InputError(fmt::format("network `{}`: output `{}` is used twice.", spec.name, port.name));
        }
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
    for (const auto& step : steps) {
        if (__builtin_add_overflow(count, step.plan.macs, &count))
            return std::numeric_limits<std::int64_t>::max();
    }
    return count;
}

}  // namespace caloforge::network
