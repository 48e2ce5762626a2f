#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/Error.hh"
#include "core/Suggest.hh"
#include "network/LayerPlan.hh"
#include "network/StrictJson.hh"

namespace caloforge::network {

/// How the layer types read their parameters: every error names the layer, its type and the parameter.
[[noreturn]] inline void fail(const Layer& layer, const std::string& problem) {
    throw core::InputError(fmt::format("layer `{}` ({}): {}", layer.name, layer.type, problem));
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
inline Shape extents(const Layer& layer, const char* key, std::size_t size, std::int64_t low) {
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
inline std::int64_t count(const Layer& layer, const char* key) {
    const auto value = parameter<std::int64_t>(layer, key);
    if (value < 1 || value > largest_extent) fail(layer, fmt::format("parameter `{}` is {}.", key, value));
    return value;
}

inline void want_rank(const Layer& layer, const Shape& shape, std::size_t rank) {
    if (shape.size() != rank) {
        fail(layer, fmt::format("input has shape {}; {} axes are wanted.", to_string(shape), rank));
    }
}

/// Spatial axes of an image (C, X), (C, X, Y) or (C, X, Y, Z).
inline std::size_t image_axes(const Layer& layer, const Shape& shape) {
    if (shape.size() < 2 || shape.size() > 4)
        fail(layer, fmt::format("input has shape {}; 4 axes are wanted, or 3 or 2 of a flatter image.",
                                to_string(shape)));
    return shape.size() - 1;
}

inline std::string initialiser(const Layer& layer) {
    const std::vector<std::string> known{"he_uniform", "glorot_uniform", "glorot_normal", "zeros"};
    const auto name = parameter_or<std::string>(layer, "initialiser", "glorot_uniform");
    if (std::find(known.begin(), known.end(), name) == known.end()) {
        fail(layer, fmt::format("initialiser `{}` is unknown.{}", name, core::did_you_mean(name, known)));
    }
    return name;
}

}  // namespace caloforge::network
