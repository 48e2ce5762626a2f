#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "network/NetworkSpec.hh"

namespace caloforge::onnx {

/// Adds nodes and constants to an ONNX graph. Values are known by name; names of nodes are those of what they
/// make.
class GraphWriter {
  public:
    explicit GraphWriter(::onnx::GraphProto& graph) : graph_(graph) {}

    /// A node of one output; `set` adds its attributes.
    ::onnx::NodeProto& node(const std::string& type, const std::vector<std::string>& inputs,
                            const std::string& output);
    /// A node whose output lies between the nodes of one layer; returns its name.
    std::string value(const std::string& type, const std::vector<std::string>& inputs);
    /// A name that no layer can have, for what lies between the nodes of one layer.
    std::string between();
    /// Constants, equal ones once; named by between(). Return the name.
    std::string constant(const network::Shape& values);
    std::string constant(float value);
    /// A whole number without axes; one constant for each call.
    std::string scalar(std::int64_t value);
    std::string constant(const std::vector<float>& values);
    std::string constant(const network::Shape& shape, const std::vector<float>& values);
    void weights(const std::string& name, const network::Shape& shape, const void* bytes, std::size_t size);
    /// A float32 tensor with a free first axis.
    void describe(::onnx::ValueInfoProto& value, const std::string& name, const network::Shape& shape,
                  const std::string& about);

    static void attribute(::onnx::NodeProto& node, const char* name, std::int64_t value);
    static void attribute(::onnx::NodeProto& node, const char* name, float value);
    static void attribute(::onnx::NodeProto& node, const char* name, const char* value);
    static void attribute(::onnx::NodeProto& node, const char* name, const network::Shape& values);

    ::onnx::GraphProto& graph() { return graph_; }

  private:
    ::onnx::GraphProto& graph_;
    int between_ = 0;
    std::map<network::Shape, std::string> whole_;
    std::map<std::pair<network::Shape, std::vector<float>>, std::string> real_;
};

}  // namespace caloforge::onnx
