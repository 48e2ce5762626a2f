#include <algorithm>
#include <numeric>

#include "graph/Graph.hh"
#include "graph/LayerMakers.hh"
#include "network/ImageLayers.hh"

namespace caloforge::graph {
namespace {

using sample::Shape;

// Of a flatter image, the axes that are missing come first.
Triple triple(const Shape& values, std::int64_t missing) {
    Triple out = {missing, missing, missing};
    std::copy(values.begin(), values.end(), out.end() - static_cast<std::ptrdiff_t>(values.size()));
    return out;
}

// Row-major steps of a shape.
Shape steps_of(const Shape& shape) {
    Shape steps(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) steps[i - 1] = steps[i] * shape[i];
    return steps;
}

// The flat index in the input of every element of the output: sum over axes of (coordinate + begin) * step.
std::vector<std::int32_t> strided(const Shape& shape, const Shape& steps, std::int64_t begin) {
    std::vector<std::int32_t> out(static_cast<std::size_t>(sample::element_count(shape)));
    Shape at(shape.size(), 0);
    for (auto& index : out) {
        std::int64_t flat = begin;
        for (std::size_t i = 0; i < at.size(); ++i) flat += at[i] * steps[i];
        index = static_cast<std::int32_t>(flat);
        for (std::size_t i = at.size(); i-- > 0;) {
            if (++at[i] < shape[i]) break;
            at[i] = 0;
        }
    }
    return out;
}

void make_reshape(const Lowering&, Operation& out) {
    Gather gather;
    gather.index.resize(static_cast<std::size_t>(out.elements()));
    std::iota(gather.index.begin(), gather.index.end(), 0);
    out.kind = std::move(gather);
}

void make_slice(const Lowering& from, Operation& out) {
    const Shape steps = steps_of(from.inputs[0]);
    const std::int64_t step = steps[from.parameter<std::size_t>("axis")];
    out.kind = Gather{strided(out.shape, steps, from.parameter<std::int64_t>("begin") * step)};
}

void make_take(const Lowering& from, Operation& out) {
    out.kind = Gather{from.parameter<std::vector<std::int32_t>>("index")};
}

void make_permute(const Lowering& from, Operation& out) {
    const Shape before = steps_of(from.inputs[0]);
    Shape steps;
    for (const auto axis : from.parameter<std::vector<std::size_t>>("order")) steps.push_back(before[axis]);
    out.kind = Gather{strided(out.shape, steps, 0)};
}

// For every base the list of base + offset.
Lists lists_of(const std::vector<std::int32_t>& bases, const std::vector<std::int32_t>& offsets) {
    Lists out;
    for (const std::int32_t base : bases) {
        out.begins.push_back(static_cast<std::int32_t>(out.elements.size()));
        for (const std::int32_t offset : offsets) out.elements.push_back(base + offset);
    }
    out.begins.push_back(static_cast<std::int32_t>(out.elements.size()));
    return out;
}

// Lists of the elements that differ only in the axes named, in the order of the others.
Lists lists_over_axes(const Lowering& from) {
    const Shape& in = from.inputs[0];
    const Shape steps = steps_of(in);
    const auto axes = from.parameter<std::vector<std::size_t>>("axes");
    Shape kept, kept_steps, gone, gone_steps;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const bool named = std::find(axes.begin(), axes.end(), i) != axes.end();
        (named ? gone : kept).push_back(in[i]);
        (named ? gone_steps : kept_steps).push_back(steps[i]);
    }
    return lists_of(strided(kept, kept_steps, 0), strided(gone, gone_steps, 0));
}

// The cells of every window of a pooling layer.
Lists windows(const Lowering& from, const Shape& made) {
    const Triple size = triple(from.parameter<Shape>("size"), 1);
    const Shape steps = steps_of(image_of(from.inputs[0]));
    return lists_of(
        strided(image_of(made), {steps[0], steps[1] * size[0], steps[2] * size[1], steps[3] * size[2]}, 0),
        strided({size[0], size[1], size[2]}, {steps[1], steps[2], steps[3]}, 0));
}

void make_sum(const Lowering& from, Operation& out) {
    out.kind = Sum{lists_over_axes(from)};
}

void make_softmax(const Lowering& from, Operation& out) {
    out.kind = Softmax{lists_over_axes(from)};
}

void make_average_pool(const Lowering& from, Operation& out) {
    Sum sum{windows(from, out.shape)};
    sum.scale = 1 / static_cast<float>(sum.lists.begins[1]);
    out.kind = std::move(sum);
}

void make_interleave(const Lowering& from, Operation& out) {
    const auto places = network::interleaved(from.inputs, from.parameter<Shape>("factor"), out.shape);
    Interleave made;
    made.index.resize(places.size());
    for (std::size_t e = 0; e < places.size(); ++e)
        made.index[static_cast<std::size_t>(places[e])] = static_cast<std::int32_t>(e);
    out.kind = std::move(made);
}

void make_move(const Lowering& from, Operation& out) {
    Move made;
    for (std::size_t axis = 0; axis < made.from.size(); ++axis) made.from[axis] = from.inputs[0][axis];
    for (std::size_t axis = 0; axis < made.low.size(); ++axis)
        made.low[axis] = (out.shape[axis + 1] - made.from[axis + 1]) / 2;
    out.kind = made;
}

// Which elements meet where axes of extent 1 are spread; an input of one element is spread anyway.
Pairs pairs(const Lowering& from, const Shape& made) {
    const auto plain = [&](const Shape& shape) { return shape == made || sample::element_count(shape) == 1; };
    if (plain(from.inputs[0]) && plain(from.inputs[1])) return {};
    const auto places = [&](Shape shape) {
        if (sample::element_count(shape) == 1) shape = Shape(made.size(), 1);
        Shape steps = steps_of(shape);
        for (std::size_t axis = 0; axis < steps.size(); ++axis) {
            if (shape[axis] == 1) steps[axis] = 0;
        }
        return strided(made, steps, 0);
    };
    return {places(from.inputs[0]), places(from.inputs[1])};
}

}  // namespace

Makers index_makers() {
    return {
        {"reshape", make_reshape},
        {"flatten", make_reshape},
        {"slice", make_slice},
        {"take", make_take},
        {"permute", make_permute},
        {"sum", make_sum},
        {"softmax", make_softmax},
        {"average_pool", make_average_pool},
        {"max_pool", [](const Lowering& from, Operation& out) { out.kind = Max{windows(from, out.shape)}; }},
        {"interleave", make_interleave},
        {"move", make_move},
        {"concat", [](const Lowering&, Operation& out) { out.kind = Concat{}; }},
        {"upsample", [](const Lowering& from,
                        Operation& out) { out.kind = Upsample{triple(from.parameter<Shape>("factor"), 1)}; }},
        {"pad", [](const Lowering& from,
                   Operation& out) { out.kind = Pad{triple(from.parameter<Shape>("padding"), 0)}; }},
        {"add", [](const Lowering& from, Operation& out) { out.kind = Add{pairs(from, out.shape)}; }},
        {"multiply",
         [](const Lowering& from, Operation& out) { out.kind = Multiply{pairs(from, out.shape)}; }},
    };
}

}  // namespace caloforge::graph
