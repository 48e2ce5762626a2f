#include "engine/IndexLayers.hh"

#include <algorithm>
#include <numeric>

#include "network/LayerTypes.hh"

namespace caloforge::engine {
namespace {

using network::Layer;
using network::Shape;
using Kind = Operation::Kind;

// Of a flat image, the axis that is missing comes first.
Operation::Triple triple(const core::Json& list, std::int64_t missing) {
    const auto values = list.get<Shape>();
    Operation::Triple out = {missing, missing, missing};
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
    std::vector<std::int32_t> out(static_cast<std::size_t>(network::element_count(shape)));
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

void make_reshape(const Layer&, const std::vector<Shape>&, Operation& out) {
    out.kind = Kind::gather;
    out.index.resize(static_cast<std::size_t>(out.elements()));
    std::iota(out.index.begin(), out.index.end(), 0);
}

void make_slice(const Layer& layer, const std::vector<Shape>& in, Operation& out) {
    out.kind = Kind::gather;
    const Shape steps = steps_of(in[0]);
    const auto axis = layer.parameters.at("axis").get<std::size_t>();
    out.index = strided(out.shape, steps, layer.parameters.at("begin").get<std::int64_t>() * steps[axis]);
}

void make_permute(const Layer& layer, const std::vector<Shape>& in, Operation& out) {
    out.kind = Kind::gather;
    const Shape from = steps_of(in[0]);
    Shape steps;
    for (const auto axis : layer.parameters.at("order").get<std::vector<std::size_t>>())
        steps.push_back(from[axis]);
    out.index = strided(out.shape, steps, 0);
}

// For every base the list of base + offset.
void add_lists(const std::vector<std::int32_t>& bases, const std::vector<std::int32_t>& offsets,
               Operation& out) {
    for (const std::int32_t base : bases) {
        out.begins.push_back(static_cast<std::int32_t>(out.index.size()));
        for (const std::int32_t offset : offsets) out.index.push_back(base + offset);
    }
    out.begins.push_back(static_cast<std::int32_t>(out.index.size()));
}

// Lists of the elements that differ only in the axes named, in the order of the others.
void list_over(const Layer& layer, const Shape& in, Operation& out) {
    const Shape steps = steps_of(in);
    const auto axes = layer.parameters.at("axes").get<std::vector<std::size_t>>();
    Shape kept, kept_steps, gone, gone_steps;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const bool named = std::find(axes.begin(), axes.end(), i) != axes.end();
        (named ? gone : kept).push_back(in[i]);
        (named ? gone_steps : kept_steps).push_back(steps[i]);
    }
    add_lists(strided(kept, kept_steps, 0), strided(gone, gone_steps, 0), out);
}

void make_sum(const Layer& layer, const std::vector<Shape>& in, Operation& out) {
    out.kind = Kind::sum;
    list_over(layer, in[0], out);
}

void make_softmax(const Layer& layer, const std::vector<Shape>& in, Operation& out) {
    out.kind = Kind::softmax;
    list_over(layer, in[0], out);
}

void make_average_pool(const Layer& layer, const std::vector<Shape>& in, Operation& out) {
    out.kind = Kind::sum;
    const auto size = triple(layer.parameters.at("size"), 1);
    const Shape steps = steps_of(image_of(in[0]));
    const auto inner = strided({size[0], size[1], size[2]}, {steps[1], steps[2], steps[3]}, 0);
    add_lists(strided(image_of(out.shape),
                      {steps[0], steps[1] * size[0], steps[2] * size[1], steps[3] * size[2]}, 0),
              inner, out);
    out.scale = 1 / static_cast<float>(inner.size());
}

void make_interleave(const Layer& layer, const std::vector<Shape>& in, Operation& out) {
    out.kind = Kind::interleave;
    const auto from = network::interleaved(in, layer.parameters.at("factor").get<Shape>(), out.shape);
    out.index.resize(from.size());
    for (std::size_t e = 0; e < from.size(); ++e)
        out.index[static_cast<std::size_t>(from[e])] = static_cast<std::int32_t>(e);
}

// Which elements meet where axes of extent 1 are spread; an input of one element is spread anyway.
IndexMaker pairwise(Kind kind) {
    return [=](const Layer&, const std::vector<Shape>& in, Operation& out) {
        out.kind = kind;
        const auto plain = [&](const Shape& shape) {
            return shape == out.shape || network::element_count(shape) == 1;
        };
        if (plain(in[0]) && plain(in[1])) return;
        const auto places = [&](Shape shape) {
            if (network::element_count(shape) == 1) shape = Shape(out.shape.size(), 1);
            Shape steps = steps_of(shape);
            for (std::size_t axis = 0; axis < steps.size(); ++axis) {
                if (shape[axis] == 1) steps[axis] = 0;
            }
            return strided(out.shape, steps, 0);
        };
        out.index = places(in[0]);
        out.begins = places(in[1]);
    };
}

void make_upsample(const Layer& layer, const std::vector<Shape>&, Operation& out) {
    out.kind = Kind::upsample;
    out.factor = triple(layer.parameters.at("factor"), 1);
}

void make_pad(const Layer& layer, const std::vector<Shape>&, Operation& out) {
    out.kind = Kind::pad;
    out.low = triple(layer.parameters.at("padding"), 0);
}

void make_concat(const Layer&, const std::vector<Shape>&, Operation& out) {
    out.kind = Kind::concat;
}

}  // namespace

const std::map<std::string, IndexMaker>& index_makers() {
    static const std::map<std::string, IndexMaker> table = {
        {"reshape", make_reshape},
        {"flatten", make_reshape},
        {"slice", make_slice},
        {"permute", make_permute},
        {"sum", make_sum},
        {"softmax", make_softmax},
        {"average_pool", make_average_pool},
        {"upsample", make_upsample},
        {"pad", make_pad},
        {"concat", make_concat},
        {"interleave", make_interleave},
        {"add", pairwise(Kind::add)},
        {"multiply", pairwise(Kind::multiply)},
    };
    return table;
}

}  // namespace caloforge::engine
