#include "network/ConvolutionLayers.hh"

#include <algorithm>
#include <utility>

#include "network/LayerParameters.hh"

namespace caloforge::network {
namespace {

std::size_t spatial_axes(const Layer& layer) {
    return static_cast<std::size_t>(layer.type[std::string("conv").size()] - '0');
}

// What "same" takes from both ends together, so that the output has ceil(input / stride) cells or,
// transposed, input * stride.
std::int64_t same_padding(const Layer& layer, const ConvolutionAxis& axis, std::int64_t input) {
    if (!is_transposed(layer.type)) {
        const std::int64_t outputs = (input + axis.stride - 1) / axis.stride;
        return std::max<std::int64_t>((outputs - 1) * axis.stride + axis.kernel - input, 0);
    }
    if (axis.kernel < axis.stride) {
        fail(layer, fmt::format("padding \"same\" needs a kernel of at least the stride, not {} and {}.",
                                axis.kernel, axis.stride));
    }
    return axis.kernel - axis.stride;
}

// {low, high} of every axis as `padding` names them: three numbers, or three pairs.
std::vector<std::pair<std::int64_t, std::int64_t>> stated_padding(const Layer& layer,
                                                                  const core::Json& wanted,
                                                                  std::size_t axes) {
    const std::string help =
        fmt::format("\"same\", \"valid\", {0} numbers or {0} pairs [low, high] are wanted", axes);
    if (!wanted.is_array()) fail(layer, fmt::format("padding is {}; {}.", wanted.dump(), help));
    if (wanted.size() != axes)
        fail(layer, fmt::format("parameter `padding` needs {} entries: {}.", axes, help));
    std::vector<std::pair<std::int64_t, std::int64_t>> out;
    for (const core::Json& entry : wanted) {
        const Shape pair =
            strict_get<Shape>(entry.is_array() ? entry : core::Json{entry, entry}).value_or(Shape());
        if (pair.size() != 2)
            fail(layer, fmt::format("parameter `padding` has the wrong type ({}); {}.", wanted.dump(), help));
        for (const std::int64_t cells : pair) {
            if (cells < 0 || cells > largest_extent)
                fail(layer, fmt::format("parameter `padding` holds {}.", cells));
        }
        out.emplace_back(pair[0], pair[1]);
    }
    return out;
}

}  // namespace

const std::vector<std::string>& convolution_types() {
    static const std::vector<std::string> types{"conv1d",           "conv2d",           "conv3d",
                                                "conv1d_transpose", "conv2d_transpose", "conv3d_transpose"};
    return types;
}

bool is_convolution(const std::string& type) {
    const auto& types = convolution_types();
    return std::find(types.begin(), types.end(), type) != types.end();
}

bool is_transposed(const std::string& type) {
    return is_convolution(type) && type.ends_with("_transpose");
}

std::vector<ConvolutionAxis> convolution_axes(const Layer& layer, const Shape& input) {
    const std::size_t axes = spatial_axes(layer);
    want_rank(layer, input, axes + 1);
    const Shape kernel = extents(layer, "kernel", axes, 1);
    const Shape stride =
        layer.parameters.contains("stride") ? extents(layer, "stride", axes, 1) : Shape(axes, 1);
    const core::Json padding = layer.parameters.value("padding", core::Json("valid"));
    const bool same = padding == "same", valid = padding == "valid";
    const auto stated = same || valid ? std::vector<std::pair<std::int64_t, std::int64_t>>(axes)
                                      : stated_padding(layer, padding, axes);
    std::vector<ConvolutionAxis> out(axes);
    for (std::size_t i = 0; i < axes; ++i) {
        ConvolutionAxis& axis = out[i];
        axis.kernel = kernel[i];
        axis.stride = stride[i];
        const std::int64_t cells = input[i + 1];
        const std::int64_t both = same ? same_padding(layer, axis, cells) : 0;
        axis.low = same ? both / 2 : stated[i].first;
        axis.high = same ? both - both / 2 : stated[i].second;
        if (is_transposed(layer.type)) {
            axis.output = saturating_product(cells - 1, axis.stride);
            if (axis.output > largest_tensor) fail(layer, "its output is too large.");
            axis.output += axis.kernel - axis.low - axis.high;
            if (axis.low >= axis.kernel || axis.high >= axis.kernel || axis.output < 1)
                fail(layer,
                     fmt::format("parameter `padding` cuts off {} and {} cells: more than the kernel {} "
                                 "adds.",
                                 axis.low, axis.high, to_string(kernel)));
            continue;
        }
        const std::int64_t free = cells + axis.low + axis.high - axis.kernel;
        if (free < 0) {
            fail(layer, fmt::format("kernel {} is larger than the padded input {}.", to_string(kernel),
                                    to_string(input)));
        }
        axis.output = free / axis.stride + 1;
    }
    return out;
}

LayerPlan plan_convolution(const Layer& layer, const std::vector<Shape>& inputs) {
    const std::int64_t filters = count(layer, "filters");
    const auto axes = convolution_axes(layer, inputs[0]);
    const std::int64_t channels = inputs[0][0];
    const bool transposed = is_transposed(layer.type);
    LayerPlan plan{{filters}, {}, 0};
    Shape weight = transposed ? Shape{channels, filters} : Shape{filters, channels};
    std::int64_t taps = 1;
    for (const ConvolutionAxis& axis : axes) {
        plan.output.push_back(axis.output);
        weight.push_back(axis.kernel);
        taps = saturating_product(taps, axis.kernel);
    }
    plan.tensors.push_back({"weight", weight, true, initialiser(layer), saturating_product(channels, taps),
                            saturating_product(filters, taps)});
    if (parameter_or(layer, "bias", true)) plan.tensors.push_back({"bias", {filters}, true, "zeros", 1, 1});
    // Every input cell of a transposed convolution goes to all taps of all filters.
    plan.macs = transposed
                    ? saturating_product(element_count(inputs[0]), saturating_product(filters, taps))
                    : saturating_product(element_count(plan.output), saturating_product(channels, taps));
    return plan;
}

}  // namespace caloforge::network
