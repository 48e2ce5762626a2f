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
            const std::int64_t before = convolution.low[axis] - out;  // taps on the zeros before the image
            inside += std::max<std::int64_t>(
                0, std::min(convolution.kernel[axis], extent + before) - std::max<std::int64_t>(0, before));
        }
        product = network::saturating_product(product, inside);
    }
    return product;
}

// Rows of `values` (rows, columns), and one column more, each padded with zeros to `stride`.
std::vector<float> padded_rows(const std::vector<float>& values, const std::vector<float>& last,
                               std::size_t columns, std::size_t stride) {
    const std::size_t rows = values.size() / columns;
    std::vector<float> out(rows * stride, 0.0F);
    for (std::size_t row = 0; row < rows; ++row) {
        std::copy_n(values.data() + row * columns, columns, out.data() + row * stride);
        if (!last.empty()) out[row * stride + columns] = last[row];
    }
    return out;
}

// A convolution's taps at one output cell that do not fall on the zeros around the image, for one channel
// after the other: where they read (cells of the image), and which weight (of a filter's).
struct TapsInside {
    std::vector<std::int32_t> cells;
    std::vector<std::size_t> weights;

    TapsInside(const Operation& convolution, const network::Shape& image, const Operation::Triple& at) {
        const auto& [kx, ky, kz] = convolution.kernel;
        Operation::Triple k;
        for (std::int64_t channel = 0; channel < image[0]; ++channel) {
            for (k[0] = 0; k[0] < kx; ++k[0]) {
                for (k[1] = 0; k[1] < ky; ++k[1]) {
                    for (k[2] = 0; k[2] < kz; ++k[2]) {
                        std::int64_t cell = channel;
                        bool inside = true;
                        for (std::size_t axis = 0; axis < 3; ++axis) {
                            const std::int64_t to = at[axis] + k[axis] - convolution.low[axis];
                            inside = inside && to >= 0 && to < image[axis + 1];
                            cell = cell * image[axis + 1] + to;
                        }
                        if (!inside) continue;
                        cells.push_back(static_cast<std::int32_t>(cell));
                        weights.push_back(
                            static_cast<std::size_t>(((channel * kx + k[0]) * ky + k[1]) * kz + k[2]));
                    }
                }
            }
        }
    }
};

// The convolution's matrix times the dense layer's: the convolution of its columns, the bias being one more,
// 16 at a time as if they were showers.
Operation folded(const Operation& dense, const Operation& convolution, const network::Shape& shaped) {
    constexpr std::size_t lanes = kernels::lanes;
    const network::Shape image = image_of(shaped), shape = image_of(convolution.shape);
    const auto rows = static_cast<std::size_t>(dense.elements());
    const std::size_t inputs = dense.weights.size() / rows;
    const std::size_t groups = (inputs + lanes) / lanes, stride = groups * lanes;
    const auto filters = static_cast<std::size_t>(shape[0]);
    const auto cells = static_cast<std::size_t>(shape[1] * shape[2] * shape[3]);
    const std::size_t per_filter = convolution.weights.size() / filters;
    const std::vector<float> columns = padded_rows(dense.weights, dense.bias, inputs, stride);
    std::vector<float> images(filters * cells * stride);

    std::vector<std::int32_t> from(groups), to(groups);
    for (std::size_t g = 0; g < groups; ++g) from[g] = static_cast<std::int32_t>(g * lanes);
    const std::vector<float> start(filters, 0.0F);
    std::vector<float> weights;
    std::size_t cell = 0;
    Operation::Triple at;
    for (at[0] = 0; at[0] < shape[1]; ++at[0]) {
        for (at[1] = 0; at[1] < shape[2]; ++at[1]) {
            for (at[2] = 0; at[2] < shape[3]; ++at[2], ++cell) {
                TapsInside taps(convolution, image, at);
                weights.resize(taps.weights.size() * filters);
                for (std::size_t t = 0; t < taps.weights.size(); ++t) {
                    for (std::size_t f = 0; f < filters; ++f)
                        weights[t * filters + f] = convolution.weights[f * per_filter + taps.weights[t]];
                }
                for (std::int32_t& tap : taps.cells) tap *= static_cast<std::int32_t>(stride);
                for (std::size_t g = 0; g < groups; ++g)
                    to[g] = static_cast<std::int32_t>(cell * stride + g * lanes);
                kernels::run({taps.cells, weights.data(), start.data(), filters, from, to, cells * stride},
                             columns.data(), images.data());
            }
        }
    }

    Operation out;
    out.name = convolution.name;
    out.kind = Kind::dense;
    out.inputs = dense.inputs;
    out.shape = convolution.shape;
    out.after = convolution.after;
    out.nominal_macs = dense.nominal_macs + convolution.nominal_macs;
    const std::size_t outputs = filters * cells;
    out.weights.resize(outputs * inputs);
    out.bias.resize(outputs);
    for (std::size_t o = 0; o < outputs; ++o) {
        std::copy_n(images.data() + o * stride, inputs, out.weights.data() + o * inputs);
        out.bias[o] =
            images[o * stride + inputs] + (convolution.bias.empty() ? 0 : convolution.bias[o / cells]);
    }
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
    constexpr std::int64_t most_work = std::int64_t{1} << 26;
    const auto& [fx, fy, fz] = phased.factor;
    const std::int64_t phases = network::saturating_product(network::saturating_product(fx, fy), fz);
    return phases <= most_phases && PhasedConvolution::weight_count(phased, channels) <= most_weights &&
           network::saturating_product(phases, static_cast<std::int64_t>(phased.weights.size())) <= most_work;
}

}  // namespace

Graph fuse_pointwise(Graph graph) {
    Graph out = std::move(graph);
    for (std::size_t i = 0; i < out.operations.size(); ++i) {
        Operation& operation = out.operations[i];
        if (!only_pointwise(operation)) continue;
        const std::size_t from = operation.inputs[0];
        Operation& source = out.operations[from];
        // The input is the caller's, and random numbers are one where others compute (engine/Rewritten.hh).
        if (source.kind == Kind::input || source.kind == Kind::random || out.readers(from) != 1) continue;
        // Channels are those of the shape that the functions were written for.
        if (source.shape != operation.shape) continue;
        source.after.insert(source.after.end(), operation.after.begin(), operation.after.end());
        source.name = operation.name;
        source.nominal_macs += operation.nominal_macs;
        operation.after.clear();
        operation.inputs.clear();
        redirect(out, i, from);
    }
    return drop_unused(std::move(out));
}

Graph fuse_upsampling(Graph graph) {
    Graph out = std::move(graph);
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
    return drop_unused(std::move(out));
}

Graph fold_linear_chains(Graph graph) {
    Graph out = std::move(graph);
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
    return drop_unused(std::move(out));
}

Graph drop_unused(Graph graph) {
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
        Operation copy = std::move(graph.operations[i]);
        for (std::size_t& from : copy.inputs) from = place[from];
        out.operations.push_back(std::move(copy));
    }
    out.output = place[graph.output];
    return out;
}

Graph optimised(Graph graph) {
    return fuse_pointwise(fold_linear_chains(fuse_upsampling(fuse_pointwise(std::move(graph)))));
}

}  // namespace caloforge::engine
