#pragma once

#include <cmath>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/cuda/Place.hh"

namespace caloforge::engine::cuda {

/// A function of single numbers: those of kernels/Functions.cc.
enum class FunctionNumber : std::uint32_t {
    relu,
    leaky_relu,
    threshold,
    scale,
    power,
    sigmoid,
    softplus,
    silu,
    exp,
    log,
    tanh,
    elu,
    cos,
    floor
};
inline constexpr std::string_view function_words[] = {"relu",    "leaky_relu", "threshold", "scale", "power",
                                                      "sigmoid", "softplus",   "silu",      "exp",   "log",
                                                      "tanh",    "elu",        "cos",       "floor"};

/// Throws std::logic_error for a name that is not among them.
inline FunctionNumber function_number(std::string_view name) {
    for (std::uint32_t i = 0; i < std::size(function_words); ++i) {
        if (function_words[i] == name) return static_cast<FunctionNumber>(i);
    }
    throw std::logic_error("there is no CUDA function `" + std::string(name) + "`");
}

CALOFORGE_HOST_DEVICE inline float sigmoid_of(float x) {
    return 1.0F / (1.0F + expf(-x));
}
/// 0, never -0; NaN stays NaN.
CALOFORGE_HOST_DEVICE inline float leaky_relu_of(float x, float slope) {
    if (slope == 0) return x <= 0 ? 0.0F : x;
    return x < 0 ? slope * x : x;
}

/// NaN stays NaN. `p`: the parameters in the order of the layer's row.
CALOFORGE_HOST_DEVICE inline float value_of(FunctionNumber function, float x, const float* p) {
    switch (function) {
        case FunctionNumber::relu:
            return leaky_relu_of(x, 0);
        case FunctionNumber::leaky_relu:
            return leaky_relu_of(x, p[0]);
        case FunctionNumber::threshold:
            return x < p[0] ? 0.0F : x;
        case FunctionNumber::scale:
            return fmaf(p[0], x, p[1]);
        case FunctionNumber::power:
            if (p[0] == 2) return x * x;
            if (p[0] == -1) return 1.0F / x;
            return powf(x, p[0]);
        case FunctionNumber::sigmoid:
            return sigmoid_of(x);
        case FunctionNumber::softplus:
            return x != x ? x : fmaxf(x, 0.0F) + log1pf(expf(-fabsf(x)));
        case FunctionNumber::silu:
            return x * sigmoid_of(x);
        case FunctionNumber::exp:
            return expf(x);
        case FunctionNumber::log:
            return logf(x);
        case FunctionNumber::tanh:
            return tanhf(x);
        case FunctionNumber::elu:
            return x < 0 ? p[0] * (expf(x) - 1.0F) : x;
        case FunctionNumber::cos:
            return cosf(x);
        case FunctionNumber::floor:
            return floorf(x);
    }
    return x;
}

/// One of the functions behind an operation.
struct Link {
    FunctionNumber function = FunctionNumber::relu;
    std::uint32_t part = 1;   ///< elements that share parameters
    std::uint32_t each = 0;   ///< parameters of a part
    Table<float> parameters;  ///< (parts, each)
};

/// Functions that an operation's result goes through before it is written, so that they cost no way to
/// memory.
struct Chain {
    Table<Link> links;
    std::uint32_t count = 0;
};

/// Of element `element` of the operation. Called rather than copied into every kernel.
CALOFORGE_HOST_DEVICE CALOFORGE_OUT_OF_LINE inline float run_links(const Link* links, std::uint32_t count,
                                                                   const std::byte* tables,
                                                                   std::uint32_t element, float x) {
    CALOFORGE_ROLLED
    for (std::uint32_t i = 0; i < count; ++i) {
        const Link& link = links[i];
        const auto* parameters = reinterpret_cast<const float*>(tables + link.parameters.begin);
        x = value_of(link.function, x, parameters + element / link.part * link.each);
    }
    return x;
}
CALOFORGE_HOST_DEVICE inline float through(const Chain& chain, const Place& place, std::uint32_t element,
                                           float x) {
    return chain.count == 0 ? x : run_links(place[chain.links], chain.count, place.tables, element, x);
}

}  // namespace caloforge::engine::cuda
