#include "network/NetworkSpec.hh"

#include <fmt/format.h>

#include <algorithm>

#include "core/Error.hh"
#include "core/Suggest.hh"
#include "network/StrictJson.hh"

namespace caloforge::network {
namespace {

using core::InputError;
using core::Json;

Json port_json(const Port& port) {
    return {{"name", port.name}, {"shape", port.shape}, {"unit", port.unit}};
}

/// Member `key` of an object as T; the message says of what.
template <class T>
T member(const Json& json, const char* key, const std::string& of) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (!json.is_object() || found == json.end()) {
        throw InputError(
            fmt::format("{}: `{}` is missing. Was the network written by another version?", of, key));
    }
    auto value = strict_get<T>(*found);
    if (!value) throw InputError(fmt::format("{}: `{}` has the wrong type ({}).", of, key, found->dump()));
    return *std::move(value);
}

/// Member `key` of an object, which must be a list.
Json list(const Json& json, const char* key, const std::string& of) {
    Json value = member<Json>(json, key, of);
    if (!value.is_array()) throw InputError(fmt::format("{}: `{}` is not a list.", of, key));
    return value;
}

void want_only(const Json& json, const std::vector<std::string>& known, const std::string& of) {
    for (const auto& [key, value] : json.items()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            throw InputError(fmt::format("{}: `{}` is unknown.{}", of, key, core::did_you_mean(key, known)));
        }
    }
}

Port port_from(const Json& json, const std::string& of) {
    Port port{member<std::string>(json, "name", of), {}, member<std::string>(json, "unit", of)};
    const std::string of_port = fmt::format("{}, port `{}`", of, port.name);
    port.shape = member<Shape>(json, "shape", of_port);
    want_only(json, {"name", "shape", "unit"}, of_port);
    return port;
}

}  // namespace

Json NetworkSpec::json() const {
    Json out = {
        {"name", name}, {"inputs", Json::array()}, {"layers", Json::array()}, {"outputs", Json::array()}};
    for (const auto& port : inputs) out["inputs"].push_back(port_json(port));
    for (const auto& layer : layers) {
        Json one = {{"name", layer.name}, {"type", layer.type}, {"inputs", layer.inputs}};
        if (!layer.parameters.empty()) one["parameters"] = layer.parameters;
        out["layers"].push_back(std::move(one));
    }
    for (const auto& port : outputs) out["outputs"].push_back(port_json(port));
    return out;
}

NetworkSpec NetworkSpec::from_json(const Json& json) {
    NetworkSpec spec;
    spec.name = member<std::string>(json, "name", "network");
    const std::string of = fmt::format("network `{}`", spec.name);
    want_only(json, {"name", "inputs", "layers", "outputs"}, of);
    for (const auto& port : list(json, "inputs", of)) spec.inputs.push_back(port_from(port, of));
    for (const auto& one : list(json, "layers", of)) {
        Layer layer;
        layer.name = member<std::string>(one, "name", of);
        const std::string of_layer = fmt::format("{}, layer `{}`", of, layer.name);
        layer.type = member<std::string>(one, "type", of_layer);
        layer.inputs = member<std::vector<std::string>>(one, "inputs", of_layer);
        if (one.contains("parameters")) layer.parameters = member<Json>(one, "parameters", of_layer);
        if (!layer.parameters.is_object()) throw InputError(of_layer + ": `parameters` is not an object.");
        want_only(one, {"name", "type", "inputs", "parameters"}, of_layer);
        spec.layers.push_back(std::move(layer));
    }
    for (const auto& port : list(json, "outputs", of)) spec.outputs.push_back(port_from(port, of));
    return spec;
}

}  // namespace caloforge::network
