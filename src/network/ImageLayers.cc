#include "network/ImageLayers.hh"

#include <fmt/format.h>

#include "network/LayerParameters.hh"

namespace caloforge::network {
namespace {

/// An image whose extents become those that `extent(axis)` names.
template <class Extent>
LayerPlan plan_image(const Shape& in, std::size_t axes, Extent extent) {
    Shape out{in[0]};
    for (std::size_t axis = 0; axis < axes; ++axis) out.push_back(extent(axis));
    return {out, {}, 0};
}

}  // namespace

LayerPlan plan_upsample(const Layer& layer, const std::vector<Shape>& in) {
    const std::size_t axes = image_axes(layer, in[0]);
    const Shape factor = extents(layer, "factor", axes, 1);
    return plan_image(in[0], axes,
                      [&](std::size_t axis) { return saturating_product(in[0][axis + 1], factor[axis]); });
}

LayerPlan plan_pad(const Layer& layer, const std::vector<Shape>& in) {
    const std::size_t axes = image_axes(layer, in[0]);
    const Shape pad = extents(layer, "padding", axes, 0);
    return plan_image(in[0], axes, [&](std::size_t axis) { return in[0][axis + 1] + 2 * pad[axis]; });
}

LayerPlan plan_pool(const Layer& layer, const std::vector<Shape>& in) {
    const std::size_t axes = image_axes(layer, in[0]);
    const Shape size = extents(layer, "size", axes, 1);
    const LayerPlan plan =
        plan_image(in[0], axes, [&](std::size_t axis) { return in[0][axis + 1] / size[axis]; });
    if (element_count(plan.output) == 0)
        fail(layer, fmt::format("window is larger than the input {}.", to_string(in[0])));
    return plan;
}

/// An image of two axes onto one of another size about the same middle, moved by whole cells.
LayerPlan plan_move(const Layer& layer, const std::vector<Shape>& in) {
    constexpr std::size_t axes = 2;
    want_rank(layer, in[0], axes + 1);
    if (in[1] != Shape{axes})
        fail(layer, fmt::format("moves by {}; (2) is wanted, cells along both axes.", to_string(in[1])));
    const Shape size = extents(layer, "size", axes, 1);
    for (std::size_t axis = 0; axis < axes; ++axis) {
        if ((size[axis] - in[0][axis + 1]) % 2 != 0)
            fail(layer, fmt::format("size {} has no cell over the middle of {}: both have to be odd or even.",
                                    to_string(size), to_string(in[0])));
    }
    return plan_image(in[0], axes, [&](std::size_t axis) { return size[axis]; });
}

/// Cell i of input p of an axis becomes cell i * factor + p; inputs are in row-major order of their places.
LayerPlan plan_interleave(const Layer& layer, const std::vector<Shape>& in) {
    const std::size_t axes = image_axes(layer, in[0]);
    const Shape factor = extents(layer, "factor", axes, 1);
    if (element_count(factor) != static_cast<std::int64_t>(in.size()))
        fail(layer, fmt::format("factor {} needs {} inputs, there are {}.", to_string(factor),
                                element_count(factor), in.size()));
    Shape out{in[0][0]};
    for (std::size_t axis = 0; axis < axes; ++axis) {
        // The inputs along this axis are so many apart.
        std::size_t apart = 1;
        for (std::size_t later = axis + 1; later < axes; ++later)
            apart *= static_cast<std::size_t>(factor[later]);
        std::int64_t cells = 0;
        for (std::int64_t p = 0; p < factor[axis]; ++p) {
            const Shape& part = in[static_cast<std::size_t>(p) * apart];
            if (part.size() == axes + 1) cells += part[axis + 1];
        }
        out.push_back(cells);
    }
    for (std::size_t i = 0; i < in.size(); ++i) {
        Shape wanted{in[0][0]};
        auto rest = static_cast<std::int64_t>(i);
        for (std::size_t axis = axes; axis-- > 0; rest /= factor[axis]) {
            const std::int64_t place = rest % factor[axis];
            wanted.insert(wanted.begin() + 1, (out[axis + 1] - place + factor[axis] - 1) / factor[axis]);
        }
        if (in[i] != wanted)
            fail(layer, fmt::format("its input {} has shape {}; {} would fill {}.", i, to_string(in[i]),
                                    to_string(wanted), to_string(out)));
    }
    // Every cell has an entry in a table of where it comes from.
    constexpr std::int64_t most_cells = std::int64_t{1} << 26;
    if (element_count(out) > most_cells)
        fail(layer,
             fmt::format("{} is too large to be put together ({} elements).", to_string(out), most_cells));
    return {out, {}, 0};
}

std::vector<std::int64_t> interleaved(const std::vector<Shape>& inputs, const Shape& factor,
                                      const Shape& output) {
    Shape begins;
    std::int64_t all = 0;
    for (const Shape& input : inputs) {
        begins.push_back(all);
        all += element_count(input);
    }
    std::vector<std::int64_t> out(static_cast<std::size_t>(all));
    Shape at(output.size(), 0);
    for (auto& place : out) {
        std::size_t part = 0;
        for (std::size_t axis = 0; axis < factor.size(); ++axis)
            part = part * static_cast<std::size_t>(factor[axis]) +
                   static_cast<std::size_t>(at[axis + 1] % factor[axis]);
        std::int64_t element = at[0];
        for (std::size_t axis = 0; axis < factor.size(); ++axis)
            element = element * inputs[part][axis + 1] + at[axis + 1] / factor[axis];
        place = begins[part] + element;
        for (std::size_t axis = at.size(); axis-- > 0;) {
            if (++at[axis] < output[axis]) break;
            at[axis] = 0;
        }
    }
    return out;
}

}  // namespace caloforge::network
