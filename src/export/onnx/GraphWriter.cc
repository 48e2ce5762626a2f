#include "export/onnx/GraphWriter.hh"

#include <fmt/format.h>

namespace caloforge::onnx {
namespace {

::onnx::AttributeProto& add(::onnx::NodeProto& node, const char* name,
                            ::onnx::AttributeProto::AttributeType type) {
    ::onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
}

}  // namespace

::onnx::NodeProto& GraphWriter::node(const std::string& type, const std::vector<std::string>& inputs,
                                     const std::string& output) {
    ::onnx::NodeProto& node = *graph_.add_node();
    node.set_name(output);
    node.set_op_type(type);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
}

std::string GraphWriter::between() {
    return fmt::format("/{}", ++between_);
}

std::string GraphWriter::constant(const network::Shape& values) {
    std::string& name = whole_[values];
    if (!name.empty()) return name;
    name = between();
    ::onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(::onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t value : values) tensor.add_int64_data(value);
    return name;
}

std::string GraphWriter::value(const std::string& type, const std::vector<std::string>& inputs) {
    const std::string name = between();
    node(type, inputs, name);
    return name;
}

std::string GraphWriter::scalar(std::int64_t value) {
    const std::string name = between();
    ::onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(::onnx::TensorProto::INT64);
    tensor.add_int64_data(value);
    return name;
}

std::string GraphWriter::constant(const network::Shape& shape, const std::vector<float>& values) {
    std::string& name = real_[{shape, values}];
    if (!name.empty()) return name;
    name = between();
    weights(name, shape, values.data(), values.size() * sizeof(float));
    return name;
}

std::string GraphWriter::constant(const std::vector<float>& values) {
    return constant({static_cast<std::int64_t>(values.size())}, values);
}

std::string GraphWriter::constant(float value) {
    return constant(network::Shape{}, {value});
}

void GraphWriter::weights(const std::string& name, const network::Shape& shape, const void* bytes,
                          std::size_t size) {
    ::onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(::onnx::TensorProto::FLOAT);
    for (const std::int64_t extent : shape) tensor.add_dims(extent);
    tensor.set_raw_data(bytes, size);
}

void GraphWriter::describe(::onnx::ValueInfoProto& value, const std::string& name,
                           const network::Shape& shape, const std::string& about) {
    value.set_name(name);
    value.set_doc_string(about);
    auto& tensor = *value.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(::onnx::TensorProto::FLOAT);
    tensor.mutable_shape()->add_dim()->set_dim_param("N");
    for (const std::int64_t extent : shape) tensor.mutable_shape()->add_dim()->set_dim_value(extent);
}

void GraphWriter::attribute(::onnx::NodeProto& node, const char* name, std::int64_t value) {
    add(node, name, ::onnx::AttributeProto::INT).set_i(value);
}

void GraphWriter::attribute(::onnx::NodeProto& node, const char* name, float value) {
    add(node, name, ::onnx::AttributeProto::FLOAT).set_f(value);
}

void GraphWriter::attribute(::onnx::NodeProto& node, const char* name, const char* value) {
    add(node, name, ::onnx::AttributeProto::STRING).set_s(value);
}

void GraphWriter::attribute(::onnx::NodeProto& node, const char* name, const network::Shape& values) {
    ::onnx::AttributeProto& attribute = add(node, name, ::onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
}

}  // namespace caloforge::onnx
