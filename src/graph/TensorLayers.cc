#include <cmath>
#include <cstring>

#include "graph/LayerMakers.hh"
#include "network/ConvolutionLayers.hh"
#include "network/LayerTypes.hh"

namespace caloforge::graph {
namespace {

using sample::Shape;

bool has_bias(const Lowering& from) {
    return from.layer.parameters.value("bias", true);
}

void make_dense(const Lowering& from, Operation& out) {
    Dense dense;
    dense.weights = from.tensor("weight");
    if (has_bias(from)) dense.bias = from.tensor("bias");
    out.kind = std::move(dense);
}

// (channels, filters, taps) to (filters, channels, taps from the last to the first).
std::vector<float> turned(const std::vector<float>& weights, std::size_t channels, std::size_t filters) {
    std::vector<float> out(weights.size());
    const std::size_t taps = weights.size() / channels / filters;
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t f = 0; f < filters; ++f) {
            for (std::size_t t = 0; t < taps; ++t)
                out[(f * channels + c) * taps + t] = weights[(c * filters + f) * taps + taps - 1 - t];
        }
    }
    return out;
}

void make_convolution(const Lowering& from, Operation& out) {
    Convolution made;
    made.weights = from.tensor("weight");
    if (has_bias(from)) made.bias = from.tensor("bias");
    const Shape& image = from.inputs[0];
    const auto axes = network::convolution_axes(from.layer, image);
    const bool transposed = network::is_transposed(from.layer.type);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::size_t axis = 3 - axes.size() + i;
        made.kernel[axis] = axes[i].kernel;
        // Transposed: each cell is followed by stride - 1 zeros, the kernel is turned around.
        (transposed ? made.factor : made.stride)[axis] = axes[i].stride;
        made.low[axis] = transposed ? axes[i].kernel - 1 - axes[i].low : axes[i].low;
    }
    if (transposed) {
        made.zeros_between = true;
        made.weights =
            turned(made.weights, static_cast<std::size_t>(image[0]), static_cast<std::size_t>(out.shape[0]));
    }
    out.kind = std::move(made);
}

void make_batch_norm(const Lowering& from, Operation& out) {
    const auto gain = from.tensor("gain"), shift = from.tensor("shift");
    const auto mean = from.tensor("mean"), variance = from.tensor("variance");
    const double epsilon = from.layer.parameters.value("epsilon", 1e-3);
    ChannelScale norm;
    for (std::size_t c = 0; c < gain.size(); ++c) {
        const double factor = gain[c] / std::sqrt(variance[c] + epsilon);
        norm.gain.push_back(static_cast<float>(factor));
        norm.shift.push_back(static_cast<float>(shift[c] - factor * mean[c]));
    }
    out.after.push_back(std::move(norm));
}

}  // namespace

std::vector<float> Lowering::tensor(const char* role) const {
    const auto& stored = file.tensors.at(prefix + role);
    std::vector<float> out(stored.bytes.size() / sizeof(float));
    std::memcpy(out.data(), stored.bytes.data(), stored.bytes.size());
    return out;
}

Makers tensor_makers() {
    Makers out = {
        {"dense", make_dense},
        {"batch_norm", make_batch_norm},
        {"range", [](const Lowering& from,
                     Operation& made) { made.kind = Constant{network::range_values(from.layer)}; }},
        {"random",
         [](const Lowering& from, Operation& made) {
             made.kind = Random{network::noise_of(from.layer), from.parameter<std::uint32_t>("stream")};
         }},
        {"sample",
         [](const Lowering& from, Operation& made) { made.kind = Sample{network::sample_rule(from.layer)}; }},
        {"choose",
         [](const Lowering& from, Operation& made) {
             const bool one = sample::element_count(from.inputs[0]) == from.inputs[0][0];
             made.kind = Choose{from.inputs[0][0], one && made.elements() > 1};
         }},
        {"lookup", [](const Lowering&, Operation& made) { made.kind = Lookup{}; }},
        {"scatter", [](const Lowering&, Operation& made) { made.kind = Scatter{}; }},
        {"dropout", [](const Lowering&, Operation&) {}},  // in training only
    };
    for (const std::string& type : network::convolution_types()) out[type] = make_convolution;
    return out;
}

Makers pointwise_makers() {
    Makers out;
    for (const network::PointwiseLayer& row : network::pointwise_layers()) {
        out[row.type] = [&row](const Lowering& from, Operation& made) {
            Function function{&row, {}};
            for (const double value : row.values(from.layer))
                function.parameters.push_back(static_cast<float>(value));
            made.after.push_back(std::move(function));
        };
    }
    return out;
}

}  // namespace caloforge::graph
