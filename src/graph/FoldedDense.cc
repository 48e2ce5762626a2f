#include "graph/FoldedDense.hh"

#include <algorithm>

namespace caloforge::graph {
namespace {

using sample::Shape;

// Multiply-adds of a convolution that skips zeros around its input, per pair of filter and channel.
std::int64_t taps_inside(const Convolution& convolution, const Shape& made, const Shape& image) {
    const Shape in = image_of(image), shape = image_of(made);
    std::int64_t product = 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::int64_t extent = in[axis + 1];
        std::int64_t inside = 0;
        for (std::int64_t out = 0; out < shape[axis + 1]; ++out) {
            const std::int64_t before = convolution.low[axis] - out;  // taps on the zeros before the image
            inside += std::max<std::int64_t>(
                0, std::min(convolution.kernel[axis], extent + before) - std::max<std::int64_t>(0, before));
        }
        product = sample::saturating_product(product, inside);
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

    TapsInside(const Convolution& convolution, const Shape& image, const Triple& at) {
        const auto& [kx, ky, kz] = convolution.kernel;
        Triple k;
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

}  // namespace

bool worth_folding(const Operation& dense, const Operation& convolution, const Shape& image) {
    const auto weights = static_cast<std::int64_t>(dense.as<Dense>()->weights.size());
    const std::int64_t inputs = weights / dense.elements();
    const std::int64_t together = sample::saturating_product(inputs, convolution.elements());
    const std::int64_t apart =
        weights +
        sample::saturating_product(sample::saturating_product(image[0], convolution.shape[0]),
                                   taps_inside(*convolution.as<Convolution>(), convolution.shape, image));
    // What folding takes: the convolution of so many columns.
    constexpr std::int64_t most_work = std::int64_t{1} << 35;
    return together <= most_rewritten_weights && 2 * together < apart &&
           sample::saturating_product(inputs + 1, apart) <= most_work;
}

Operation folded(const Operation& first, const Operation& second, const Shape& shaped, const SumTaps& sum) {
    const Dense& dense = *first.as<Dense>();
    const Convolution& convolution = *second.as<Convolution>();
    const Shape image = image_of(shaped), shape = image_of(second.shape);
    const std::size_t inputs = dense.weights.size() / static_cast<std::size_t>(first.elements());
    const std::size_t stride = (inputs + column_block) / column_block * column_block;
    const auto filters = static_cast<std::size_t>(shape[0]);
    const auto cells = static_cast<std::size_t>(shape[1] * shape[2] * shape[3]);
    const std::size_t per_filter = convolution.weights.size() / filters;
    const std::vector<float> columns = padded_rows(dense.weights, dense.bias, inputs, stride);
    std::vector<float> images(filters * cells * stride);

    std::vector<float> weights;
    std::size_t cell = 0;
    Triple at;
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
                sum({taps.cells, weights.data(), filters, stride, cells * stride, columns.data(),
                     images.data() + cell * stride});
            }
        }
    }

    Dense made;
    const std::size_t outputs = filters * cells;
    made.weights.resize(outputs * inputs);
    made.bias.resize(outputs);
    for (std::size_t o = 0; o < outputs; ++o) {
        std::copy_n(images.data() + o * stride, inputs, made.weights.data() + o * inputs);
        made.bias[o] =
            images[o * stride + inputs] + (convolution.bias.empty() ? 0 : convolution.bias[o / cells]);
    }
    Operation out;
    out.name = second.name;
    out.kind = std::move(made);
    out.inputs = first.inputs;
    out.shape = second.shape;
    out.after = second.after;
    out.nominal_macs = first.nominal_macs + second.nominal_macs;
    return out;
}

}  // namespace caloforge::graph
