#include "export/onnx/LayerWriter.hh"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "core/Error.hh"
#include "export/onnx/ExpressionWriter.hh"
#include "export/onnx/SampleWriter.hh"
#include "network/ConvolutionLayers.hh"
#include "network/ImageLayers.hh"
#include "network/LayerTypes.hh"
#include "network/RandomLayers.hh"

namespace caloforge::onnx {
namespace {

using network::Layer;
using network::Shape;

struct Context {
    const Layer& layer;
    const std::vector<Shape>& inputs;
    const Shape& output;
    const std::string& tensors;
    GraphWriter& graph;

    const std::string& in(std::size_t which = 0) const { return layer.inputs[which]; }
    std::string tensor(const char* role) const { return tensors + role; }
    Shape list(const char* key) const { return layer.parameters.at(key).get<Shape>(); }
    bool has_bias() const { return layer.parameters.value("bias", true); }
    /// The layer's result, by a node of this type.
    ::onnx::NodeProto& make(const char* type, const std::vector<std::string>& from) const {
        return graph.node(type, from, layer.name);
    }
};
using Write = std::function<void(const Context&)>;

// With the batch in front.
Shape batched(Shape shape, std::int64_t first) {
    shape.insert(shape.begin(), first);
    return shape;
}

Shape behind_batch(Shape axes) {
    for (auto& axis : axes) ++axis;
    return axes;
}

void reshape(const Context& c, const std::string& from) {
    c.make("Reshape", {from, c.graph.constant(batched(c.output, -1))});
}

void dense(const Context& c) {
    std::vector<std::string> from{c.in(), c.tensor("weight")};
    if (c.has_bias()) from.push_back(c.tensor("bias"));
    GraphWriter::attribute(c.make("Gemm", from), "transB", std::int64_t{1});
}

void convolution(const Context& c) {
    std::vector<std::string> from{c.in(), c.tensor("weight")};
    if (c.has_bias()) from.push_back(c.tensor("bias"));
    auto& node = c.make(network::is_transposed(c.layer.type) ? "ConvTranspose" : "Conv", from);
    Shape kernel, strides, pads, high;
    for (const auto& axis : network::convolution_axes(c.layer, c.inputs[0])) {
        kernel.push_back(axis.kernel);
        strides.push_back(axis.stride);
        pads.push_back(axis.low);
        high.push_back(axis.high);
    }
    pads.insert(pads.end(), high.begin(), high.end());
    GraphWriter::attribute(node, "kernel_shape", kernel);
    GraphWriter::attribute(node, "strides", strides);
    GraphWriter::attribute(node, "pads", pads);
}

void batch_norm(const Context& c) {
    auto& node = c.make("BatchNormalization", {c.in(), c.tensor("gain"), c.tensor("shift"), c.tensor("mean"),
                                               c.tensor("variance")});
    GraphWriter::attribute(node, "epsilon", c.layer.parameters.value("epsilon", 1e-3F));
}

void upsample(const Context& c) {
    std::vector<float> scales{1, 1};
    for (const auto factor : c.list("factor")) scales.push_back(static_cast<float>(factor));
    auto& node = c.make("Resize", {c.in(), "", c.graph.constant(scales)});
    GraphWriter::attribute(node, "mode", "nearest");
    GraphWriter::attribute(node, "coordinate_transformation_mode", "asymmetric");
    GraphWriter::attribute(node, "nearest_mode", "floor");
}

void pad(const Context& c) {
    Shape low{0, 0};
    for (const auto cells : c.list("padding")) low.push_back(cells);
    Shape both = low;
    both.insert(both.end(), low.begin(), low.end());
    GraphWriter::attribute(c.make("Pad", {c.in(), c.graph.constant(both)}), "mode", "constant");
}

Write pool(const char* type) {
    return [=](const Context& c) {
        auto& node = c.make(type, {c.in()});
        GraphWriter::attribute(node, "kernel_shape", c.list("size"));
        GraphWriter::attribute(node, "strides", c.list("size"));
    };
}

void sum(const Context& c) {
    const Shape axes = behind_batch(c.list("axes"));
    const bool all = axes.size() == c.inputs[0].size();
    const std::string axes_name = c.graph.constant(axes);
    if (!all) {
        GraphWriter::attribute(c.make("ReduceSum", {c.in(), axes_name}), "keepdims", std::int64_t{0});
        return;
    }
    const std::string kept = c.graph.between();
    GraphWriter::attribute(c.graph.node("ReduceSum", {c.in(), axes_name}, kept), "keepdims", std::int64_t{1});
    reshape(c, kept);
}

void softmax(const Context& c) {
    const Shape axes = behind_batch(c.list("axes"));
    if (axes.size() == 1) {
        GraphWriter::attribute(c.make("Softmax", {c.in()}), "axis", axes[0]);
        return;
    }
    const std::string largest = c.graph.between(), less = c.graph.between(), power = c.graph.between(),
                      total = c.graph.between();
    GraphWriter::attribute(c.graph.node("ReduceMax", {c.in()}, largest), "axes", axes);
    c.graph.node("Sub", {c.in(), largest}, less);
    c.graph.node("Exp", {less}, power);
    c.graph.node("ReduceSum", {power, c.graph.constant(axes)}, total);
    c.make("Div", {power, total});
}

void slice(const Context& c) {
    const auto whole = [&](const char* key) { return c.layer.parameters.at(key).get<std::int64_t>(); };
    c.make("Slice", {c.in(), c.graph.constant(Shape{whole("begin")}), c.graph.constant(Shape{whole("end")}),
                     c.graph.constant(Shape{whole("axis") + 1})});
}

void permute(const Context& c) {
    GraphWriter::attribute(c.make("Transpose", {c.in()}), "perm", batched(behind_batch(c.list("order")), 0));
}

void concat(const Context& c) {
    GraphWriter::attribute(c.make("Concat", c.layer.inputs), "axis", std::int64_t{1});
}

// Constant, but with the batch's extent in front: that of the graph's first input.
void range(const Context& c) {
    const std::string row = c.graph.between(), shape = c.graph.between(), batch = c.graph.between(),
                      wanted = c.graph.between();
    c.graph.node("Unsqueeze", {c.graph.constant(network::range_values(c.layer)), c.graph.constant(Shape{0})},
                 row);
    c.graph.node("Shape", {c.graph.graph().input(0).name()}, shape);
    c.graph.node("Slice", {shape, c.graph.constant(Shape{0}), c.graph.constant(Shape{1})}, batch);
    GraphWriter::attribute(c.graph.node("Concat", {batch, c.graph.constant(Shape{1})}, wanted), "axis",
                           std::int64_t{0});
    c.make("Expand", {row, wanted});
}

// All inputs behind each other, then every cell from its place there.
void interleave(const Context& c) {
    std::vector<std::string> rows;
    for (const std::string& input : c.layer.inputs) {
        rows.push_back(c.graph.between());
        c.graph.node("Flatten", {input}, rows.back());
    }
    const std::string joined = c.graph.between(), turned = c.graph.between();
    GraphWriter::attribute(c.graph.node("Concat", rows, joined), "axis", std::int64_t{1});
    const Shape places = network::interleaved(c.inputs, c.list("factor"), c.output);
    GraphWriter::attribute(c.graph.node("Gather", {joined, c.graph.constant(places)}, turned), "axis",
                           std::int64_t{1});
    reshape(c, turned);
}

// Elements of the flat input, with a zero in front of them.
void take(const Context& c) {
    Shape places = c.list("index");
    for (auto& place : places) ++place;
    const std::string flat = c.graph.value("Flatten", {c.in()});
    const std::string longer = c.graph.between(), taken = c.graph.between();
    GraphWriter::attribute(c.graph.node("Pad", {flat, c.graph.constant(Shape{0, 1, 0, 0})}, longer), "mode",
                           "constant");
    GraphWriter::attribute(c.graph.node("Gather", {longer, c.graph.constant(places)}, taken), "axis",
                           std::int64_t{1});
    reshape(c, taken);
}

// [begin, end) along the first axis behind the batch.
std::string part(const Context& c, const std::string& of, std::int64_t begin, std::int64_t end) {
    return c.graph.value("Slice", {of, c.graph.constant(Shape{begin}), c.graph.constant(Shape{end}),
                                   c.graph.constant(Shape{1})});
}

// How many of the sums of shares, but the last, the uniform number reaches.
void choose(const Context& c) {
    const std::string shares = c.graph.between();
    GraphWriter::attribute(c.graph.node("Softmax", {c.in(0)}, shares), "axis", std::int64_t{1});
    const std::string sums = c.graph.value("CumSum", {shares, c.graph.scalar(1)});
    const std::string below = c.graph.value("Less", {c.in(1), part(c, sums, 0, c.inputs[0][0] - 1)});
    const std::string counted =
        c.graph.value("Where", {below, c.graph.constant(0.0F), c.graph.constant(1.0F)});
    GraphWriter::attribute(c.make("ReduceSum", {counted, c.graph.constant(Shape{1})}), "keepdims",
                           std::int64_t{1});
}

// Which of `count` elements the numbers of a flat input name, (batch, n): `count` where they name none.
std::string named_elements(const Context& c, const std::string& numbers, std::int64_t count) {
    const std::string flat = c.graph.value("Flatten", {numbers});
    const std::string nearest =
        c.graph.value("Floor", {c.graph.value("Add", {flat, c.graph.constant(0.5F)})});
    const auto end = static_cast<float>(count);
    const std::string there =
        c.graph.value("And", {c.graph.value("Greater", {nearest, c.graph.constant(-0.5F)}),
                              c.graph.value("Less", {nearest, c.graph.constant(end)})});
    const std::string safe = c.graph.value("Where", {there, nearest, c.graph.constant(end)});
    const std::string index = c.graph.between();
    GraphWriter::attribute(c.graph.node("Cast", {safe}, index), "to",
                           std::int64_t{::onnx::TensorProto::INT64});
    return index;
}

// One zero behind a flat input.
std::string longer_by_one(const Context& c, const std::string& of) {
    const std::string out = c.graph.between();
    GraphWriter::attribute(
        c.graph.node("Pad", {c.graph.value("Flatten", {of}), c.graph.constant(Shape{0, 0, 0, 1})}, out),
        "mode", "constant");
    return out;
}

void lookup(const Context& c) {
    const std::string index = named_elements(c, c.in(1), network::element_count(c.inputs[0]));
    const std::string found = c.graph.between();
    GraphWriter::attribute(c.graph.node("GatherElements", {longer_by_one(c, c.in(0)), index}, found), "axis",
                           std::int64_t{1});
    reshape(c, found);
}

// What names no element is added to one behind the last, which is cut off.
void scatter(const Context& c) {
    const std::int64_t count = network::element_count(c.output);
    const std::string values = c.graph.value("Flatten", {c.in()});
    std::string onto;
    if (c.inputs.size() > 2) {
        onto = longer_by_one(c, c.in(2));
    } else {
        const std::string batch = c.graph.value(
            "Slice",
            {c.graph.value("Shape", {values}), c.graph.constant(Shape{0}), c.graph.constant(Shape{1})});
        const std::string wanted = c.graph.between();
        GraphWriter::attribute(c.graph.node("Concat", {batch, c.graph.constant(Shape{count + 1})}, wanted),
                               "axis", std::int64_t{0});
        onto = c.graph.value("Expand", {c.graph.constant(Shape{1, 1}, {0.0F}), wanted});
    }
    const std::string sum = c.graph.between();
    auto& node = c.graph.node("ScatterElements", {onto, named_elements(c, c.in(1), count), values}, sum);
    GraphWriter::attribute(node, "axis", std::int64_t{1});
    GraphWriter::attribute(node, "reduction", "add");
    reshape(c, part(c, sum, 0, count));
}

// Along each axis a product with a matrix that has a one where a cell comes from: 1 - |i - low - by - k|,
// nothing below zero.
void move(const Context& c) {
    const std::string by = c.graph.value("Floor", {c.graph.value("Add", {c.in(1), c.graph.constant(0.5F)})});
    std::string image = c.in();
    for (const std::int64_t axis : {0, 1}) {
        const std::int64_t to = c.output[static_cast<std::size_t>(axis) + 1];
        const std::int64_t from = c.inputs[0][static_cast<std::size_t>(axis) + 1];
        // (1, to, from) for the rows, (1, from, to) for what stands in them.
        std::vector<float> apart;
        const std::int64_t rows = axis == 0 ? to : from, columns = axis == 0 ? from : to;
        for (std::int64_t r = 0; r < rows; ++r) {
            for (std::int64_t k = 0; k < columns; ++k) {
                const std::int64_t i = axis == 0 ? r : k, cell = axis == 0 ? k : r;
                apart.push_back(static_cast<float>(i - (to - from) / 2 - cell));
            }
        }
        const std::string cells =
            c.graph.value("Reshape", {part(c, by, axis, axis + 1), c.graph.constant(Shape{-1, 1, 1, 1})});
        const std::string distance = c.graph.value(
            "Abs", {c.graph.value("Sub", {c.graph.constant({1, 1, rows, columns}, apart), cells})});
        const std::string matrix =
            c.graph.value("Relu", {c.graph.value("Sub", {c.graph.constant(1.0F), distance})});
        if (axis == 0)
            image = c.graph.value("MatMul", {matrix, image});
        else
            c.make("MatMul", {image, matrix});
    }
}

// An input of one element has as many axes as the other, so that it is spread over the right ones.
Write pairwise(const char* type) {
    return [=](const Context& c) {
        std::vector<std::string> from = c.layer.inputs;
        for (std::size_t i = 0; i < 2; ++i) {
            if (c.inputs[i].size() >= c.output.size()) continue;
            from[i] = c.graph.between();
            c.graph.node("Reshape", {c.in(i), c.graph.constant(batched(Shape(c.output.size(), 1), -1))},
                         from[i]);
        }
        c.make(type, from);
    };
}

const std::map<std::string, Write>& writers() {
    static const Write reshaped = [](const Context& c) { reshape(c, c.in()); };
    static const std::map<std::string, Write> table = [] {
        std::map<std::string, Write> all{
            {"dense", dense},
            {"batch_norm", batch_norm},
            {"reshape", reshaped},
            {"flatten", reshaped},
            {"upsample", upsample},
            {"pad", pad},
            {"average_pool", pool("AveragePool")},
            {"max_pool", pool("MaxPool")},
            {"sum", sum},
            {"softmax", softmax},
            {"slice", slice},
            {"permute", permute},
            {"concat", concat},
            {"interleave", interleave},
            {"move", move},
            {"take", take},
            {"choose", choose},
            {"lookup", lookup},
            {"scatter", scatter},
            {"range", range},
            {"sample",
             [](const Context& c) {
                 write_sample(network::sample_rule(c.layer), c.output.size(), c.in(0), c.in(1), c.layer.name,
                              c.graph);
             }},
            {"add", pairwise("Add")},
            {"multiply", pairwise("Mul")},
            {"random", [](const Context&) {}},
            {"dropout", [](const Context& c) { c.make("Identity", {c.in()}); }},
        };
        for (const std::string& type : network::convolution_types()) all[type] = convolution;
        for (const network::PointwiseLayer& row : network::pointwise_layers())
            all[row.type] = [&row](const Context& c) {
                write_pointwise(row, row.values(c.layer), c.in(), c.layer.name, c.graph);
            };
        return all;
    }();
    return table;
}

}  // namespace

void write_layer(const Layer& layer, const std::vector<Shape>& inputs, const Shape& output,
                 const std::string& tensors, GraphWriter& graph) {
    const auto found = writers().find(layer.type);
    if (found == writers().end()) {
        throw core::InputError(
            fmt::format("layer `{}`: the type `{}` cannot be written as ONNX.", layer.name, layer.type));
    }
    found->second({layer, inputs, output, tensors, graph});
}

std::vector<std::string> written_types() {
    std::vector<std::string> out;
    for (const auto& [type, write] : writers()) out.push_back(type);
    return out;
}

}  // namespace caloforge::onnx
