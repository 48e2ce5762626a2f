#include "network/TeacherForcing.hh"

#include <fmt/format.h>

#include <set>

#include "core/Error.hh"
#include "network/NetworkPlan.hh"

namespace caloforge::network {
namespace {

bool draws(const Layer& layer) {
    return layer.type == "sample" || layer.type == "choose";
}

}  // namespace

TeacherForced teacher_forced(const NetworkSpec& generator) {
    const NetworkPlan plan = plan_network(generator);
    TeacherForced out;
    std::set<std::string> needed, owners;
    for (const Layer& layer : generator.layers) {
        if (!draws(layer)) continue;
        out.samples.push_back({layer, layer.inputs[0]});
        if (needed.insert(layer.inputs[0]).second)
            out.spec.outputs.push_back({layer.inputs[0], plan.shapes.at(layer.inputs[0]), "1"});
    }
    if (out.samples.empty()) {
        throw core::InputError(
            fmt::format("network `{}` draws nothing (no `sample` or `choose` layer): it has no likelihood.",
                        generator.name));
    }
    // From the last layer to the first: what is needed, and whose tensors are.
    for (std::size_t i = generator.layers.size(); i-- > 0;) {
        const Layer& layer = generator.layers[i];
        if (draws(layer) || (!needed.contains(layer.name) && !owners.contains(layer.name))) continue;
        needed.insert(layer.name);
        if (tensor_owner(layer) != layer.name) owners.insert(tensor_owner(layer));
        needed.insert(layer.inputs.begin(), layer.inputs.end());
    }
    out.spec.name = generator.name + "-likelihood";
    for (const Port& port : generator.inputs) out.spec.inputs.push_back(port);
    for (const Layer& layer : generator.layers) {
        if (!needed.contains(layer.name)) continue;
        if (draws(layer))
            out.spec.inputs.push_back({layer.name, plan.shapes.at(layer.name), "1"});
        else
            out.spec.layers.push_back(layer);
    }
    return out;
}

}  // namespace caloforge::network
