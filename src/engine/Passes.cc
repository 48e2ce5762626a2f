#include "engine/Passes.hh"

#include <algorithm>

#include "engine/PhasedConvolution.hh"

namespace caloforge::engine {
namespace {

using Kind = Operation::Kind;

bool only_pointwise(const Operation& operation) {
    return operation.kind == Kind::pointwise && operation.inputs.size() == 1;
}

// Only the order of the elements in memory, which stays.
bool keeps_memory(const Operation& operation, std::int64_t input_elements) {
    if (operation.kind != Kind::gather || !operation.after.empty() || operation.elements() != input_elements)
        return false;
    for (std::size_t i = 0; i < operation.index.size(); ++i) {
        if (operation.index[i] != static_cast<std::int32_t>(i)) return false;
    }
    return true;
}

// Puts `operation` in the place of what `from` made.
void redirect(Graph& graph, std::size_t from, std::size_t to) {
    for (Operation& other : graph.operations)
        std::replace(other.inputs.begin(), other.inputs.end(), from, to);
    if (graph.output == from) graph.output = to;
}

/// Floats in 64 MiB: the most weights that a rewritten operation may have.
constexpr std::int64_t most_weights = std::int64_t{64} << 18;

const Operation::Triple ones = {1, 1, 1};

// Multiply-adds of a convolution that skips zeros around its input, per pair of filter and channel.
std::int64_t taps_inside(const Operation& convolution, const network::Shape& image) {
    const network::Shape in = image_of(image), shape = image_of(convolution.shape);
    std::int64_t product = 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::int64_t extent = in[axis + 1];
        std::int64_t inside = 0;
        for (std::int64_t out = 0; out < shape[axis + 1]; ++out) {
            for (std::int64_t k = 0; k < convolution.kernel[axis]; ++k) {
                const std::int64_t at = out + k - convolution.low[axis];
                inside += at >= 0 && at < extent;
            }
        }
        product *= inside;
    }
    return product;
}

// The convolution's matrix times the dense layer's: the convolution of its columns, 16 at a time as if they
// were showers, the bias being one column more.
Operation folded(const Operation& dense, const Operation& convolution, const network::Shape& image) {
    constexpr std::size_t lanes = kernels::lanes;
    const auto rows = static_cast<std::size_t>(dense.elements());
    const std::size_t inputs = dense.weights.size() / rows;
    Operation out;
    out.name = convolution.name;
    out.kind = Kind::dense;
    out.inputs = dense.inputs;
    out.shape = convolution.shape;
    out.after = convolution.after;
    const auto outputs = static_cast<std::size_t>(out.elements());
    out.weights.resize(outputs * inputs);
    out.bias.resize(outputs);

    Operation linear = convolution;
    linear.bias.clear();
    const PhasedConvolution map(linear, image);
    std::vector<float> columns(rows * lanes), images(outputs * lanes), scratch(map.scratch_floats(lanes));
    for (std::size_t first = 0; first <= inputs; first += lanes) {
        const std::size_t count = std::min(lanes, inputs + 1 - first);
        for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t l = 0; l < count; ++l) {
                const float bias = dense.bias.empty() ? 0 : dense.bias[row];
                columns[row * lanes + l] =
                    first + l < inputs ? dense.weights[row * inputs + first + l] : bias;
            }
        }
        map.run_lanes(columns.data(), images.data(), scratch.data());
        for (std::size_t o = 0; o < outputs; ++o) {
            for (std::size_t l = 0; l < count; ++l) {
                const float value = images[o * lanes + l];
                (first + l < inputs ? out.weights[o * inputs + first + l] : out.bias[o]) = value;
            }
        }
    }
    const std::size_t cells = outputs / static_cast<std::size_t>(out.shape[0]);
    for (std::size_t o = 0; o < outputs && !convolution.bias.empty(); ++o)
        out.bias[o] += convolution.bias[o / cells];
    return out;
}

bool worth_folding(const Operation& dense, const Operation& convolution, const network::Shape& image) {
    const std::int64_t inputs = static_cast<std::int64_t>(dense.weights.size()) / dense.elements();
    const std::int64_t together = network::saturating_product(inputs, convolution.elements());
    const std::int64_t apart =
        static_cast<std::int64_t>(dense.weights.size()) +
        network::saturating_product(network::saturating_product(image[0], convolution.shape[0]),
                                    taps_inside(convolution, image));
    // What folding takes: the convolution of so many columns.
    constexpr std::int64_t most_work = std::int64_t{1} << 35;
    return together <= most_weights && 2 * together < apart &&
           network::saturating_product(inputs + 1, apart) <= most_work;
}

// Many phases of a large kernel would take more weights, or longer to sum them, than they can save.
bool worth_splitting(const Operation& phased, std::int64_t channels) {
    constexpr std::int64_t most_work = std::int64_t{1} << 30;
    const auto& [fx, fy, fz] = phased.factor;
    const std::int64_t phases = network::saturating_product(network::saturating_product(fx, fy), fz);
    return phases <= most_phases && PhasedConvolution::weight_count(phased, channels) <= most_weights &&
           network::saturating_product(phases, static_cast<std::int64_t>(phased.weights.size())) <= most_work;
}

}  // namespace

Graph fuse_pointwise(const Graph& graph) {
    Graph out = graph;
    for (std::size_t i = 0; i < out.operations.size(); ++i) {
        Operation& operation = out.operations[i];
        if (!only_pointwise(operation)) continue;
        const std::size_t from = operation.inputs[0];
        Operation& source = out.operations[from];
        // The input itself is the caller's.
        if (source.kind == Kind::input || out.readers(from) != 1) continue;
        // Channels are those of the shape that the functions were written for.
        if (source.shape != operation.shape) continue;
        source.after.insert(source.after.end(), operation.after.begin(), operation.after.end());
        source.name = operation.name;
        operation.after.clear();
        operation.inputs.clear();
        redirect(out, i, from);
    }
    return drop_unused(out);
}

Graph fuse_upsampling(const Graph& graph) {
    Graph out = graph;
    for (Operation& convolution : out.operations) {
        if (convolution.kind != Kind::convolution || convolution.zeros_between) continue;
        const auto sole = [&](Kind kind) {
            const std::size_t from = convolution.inputs[0];
            const Operation& source = out.operations[from];
            return source.kind == kind && source.after.empty() && out.readers(from) == 1;
        };
        if (sole(Kind::pad)) {
            const Operation pad = out.operations[convolution.inputs[0]];
            for (std::size_t axis = 0; axis < 3; ++axis) convolution.low[axis] += pad.low[axis];
            out.operations[convolution.inputs[0]].inputs.clear();
            convolution.inputs = pad.inputs;
        }
        if (sole(Kind::upsample) && convolution.stride == ones) {
            const Operation upsample = out.operations[convolution.inputs[0]];
            Operation phased = convolution;
            phased.factor = upsample.factor;
            phased.inputs = upsample.inputs;
            if (worth_splitting(phased, upsample.shape[0])) convolution = std::move(phased);
        }
    }
    return drop_unused(out);
}

Graph fold_linear_chains(const Graph& graph) {
    Graph out = graph;
    for (Operation& convolution : out.operations) {
        if (convolution.kind != Kind::convolution || convolution.zeros_between ||
            convolution.factor != ones || convolution.stride != ones)
            continue;
        const std::size_t between = convolution.inputs[0];
        const Operation& shaped = out.operations[between];
        if (shaped.inputs.size() != 1 || out.readers(between) != 1) continue;
        const Operation& dense = out.operations[shaped.inputs[0]];
        if (dense.kind != Kind::dense || !dense.after.empty() || out.readers(shaped.inputs[0]) != 1) continue;
        if (!keeps_memory(shaped, dense.elements()) || !worth_folding(dense, convolution, shaped.shape))
            continue;
        convolution = folded(dense, convolution, shaped.shape);
    }
    return drop_unused(out);
}

Graph drop_unused(const Graph& graph) {
    const std::size_t count = graph.operations.size();
    std::vector<bool> used(count, false);
    used[0] = used[graph.output] = true;
    for (std::size_t i = count; i-- > 0;) {
        if (!used[i]) continue;
        for (const std::size_t from : graph.operations[i].inputs) used[from] = true;
    }
    Graph out;
    out.name = graph.name;
    std::vector<std::size_t> place(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        if (!used[i]) continue;
        place[i] = out.operations.size();
        Operation copy = graph.operations[i];
        for (std::size_t& from : copy.inputs) from = place[from];
        out.operations.push_back(std::move(copy));
    }
    out.output = place[graph.output];
    return out;
}

Graph optimised(const Graph& graph) {
    return fuse_pointwise(fold_linear_chains(fuse_upsampling(fuse_pointwise(graph))));
}

}  // namespace caloforge::engine
