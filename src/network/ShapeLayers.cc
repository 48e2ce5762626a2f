#include "network/ShapeLayers.hh"

#include <fmt/format.h>

#include <algorithm>

#include "network/LayerParameters.hh"

namespace caloforge::network {

LayerPlan plan_reshape(const Layer& layer, const std::vector<Shape>& in) {
    const Shape shape = extents(layer, "shape", 0, 1);
    if (element_count(shape) != element_count(in[0])) {
        fail(layer, fmt::format("{} does not fit into {}.", to_string(in[0]), to_string(shape)));
    }
    return {shape, {}, 0};
}

LayerPlan plan_flatten(const Layer&, const std::vector<Shape>& in) {
    return {{element_count(in[0])}, {}, 0};
}

LayerPlan plan_slice(const Layer& layer, const std::vector<Shape>& in) {
    const auto axis = parameter<std::int64_t>(layer, "axis");
    const auto begin = parameter<std::int64_t>(layer, "begin");
    const auto end = parameter<std::int64_t>(layer, "end");
    if (axis < 0 || axis >= static_cast<std::int64_t>(in[0].size()) || begin < 0 || end <= begin ||
        end > in[0][static_cast<std::size_t>(axis)]) {
        fail(layer, fmt::format("[{}, {}) on axis {} does not fit the input {}.", begin, end, axis,
                                to_string(in[0])));
    }
    Shape out = in[0];
    out[static_cast<std::size_t>(axis)] = end - begin;
    return {out, {}, 0};
}

LayerPlan plan_take(const Layer& layer, const std::vector<Shape>& in) {
    const auto index = parameter<std::vector<std::int64_t>>(layer, "index");
    const Shape shape = extents(layer, "shape", 0, 1);
    // Every element has an entry in a table of where it comes from.
    constexpr std::int64_t most = std::int64_t{1} << 20;
    const auto count = static_cast<std::int64_t>(index.size());
    if (count < 1 || count > most || element_count(shape) != count)
        fail(layer, fmt::format("index names {} elements; {} needs {} (at most {}).", count, to_string(shape),
                                element_count(shape), most));
    const std::int64_t all = element_count(in[0]);
    for (const std::int64_t element : index) {
        if (element < -1 || element >= all)
            fail(layer, fmt::format("index names element {} of {} (-1 is zero).", element, all));
    }
    return {shape, {}, 0};
}

LayerPlan plan_lookup(const Layer&, const std::vector<Shape>& in) {
    return {in[1], {}, 0};
}

LayerPlan plan_scatter(const Layer& layer, const std::vector<Shape>& in) {
    const Shape shape = extents(layer, "shape", 0, 1);
    if (in[1] != in[0])
        fail(layer, fmt::format("has places of shape {} for values of shape {}; as many are wanted.",
                                to_string(in[1]), to_string(in[0])));
    if (in.size() > 2 && in[2] != shape)
        fail(layer, fmt::format("adds onto {}; its `shape` is {}.", to_string(in[2]), to_string(shape)));
    return {shape, {}, element_count(in[0])};
}

LayerPlan plan_permute(const Layer& layer, const std::vector<Shape>& in) {
    const Shape order = extents(layer, "order", in[0].size(), 0);
    Shape sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t axis = 0; axis < order.size(); ++axis) {
        if (sorted[axis] != static_cast<std::int64_t>(axis))
            fail(layer, fmt::format("order {} is no permutation.", to_string(order)));
    }
    Shape out;
    for (const auto axis : order) out.push_back(in[0][static_cast<std::size_t>(axis)]);
    return {out, {}, 0};
}

LayerPlan plan_concat(const Layer& layer, const std::vector<Shape>& in) {
    Shape out = in[0];
    for (std::size_t i = 1; i < in.size(); ++i) {
        if (in[i].empty() || in[i].size() != out.size() ||
            !std::equal(in[i].begin() + 1, in[i].end(), out.begin() + 1)) {
            fail(layer, fmt::format("inputs {} and {} do not fit behind each other.", to_string(out),
                                    to_string(in[i])));
        }
        out[0] += in[i][0];
    }
    return {out, {}, 0};
}

}  // namespace caloforge::network
