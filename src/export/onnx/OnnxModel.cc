#include "export/onnx/OnnxModel.hh"

#include <fmt/format.h>
#include <onnx/checker.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <limits>

#include "core/Error.hh"
#include "core/Version.hh"
#include "export/onnx/LayerWriter.hh"
#include "network/NetworkPlan.hh"

namespace caloforge::onnx {
namespace {

using core::Json;
using network::Shape;

// Read by every runtime of the last years, and has softmax and sums as they are used here.
/// Of ONNX's operators, and the version of the format that knows them.
struct Opset {
    std::int64_t number, ir_version;
};
constexpr Opset usual{13, 7};
constexpr Opset adding{16, 8};  ///< the first whose ScatterElements adds

const Opset& opset_of(const network::NetworkSpec& spec) {
    return std::ranges::any_of(spec.layers, [](const auto& layer) { return layer.type == "scatter"; })
               ? adding
               : usual;
}

void add_metadata(::onnx::ModelProto& model, const std::string& key, const std::string& value) {
    auto& entry = *model.add_metadata_props();
    entry.set_key("caloforge." + key);
    entry.set_value(value);
}

// What a runtime has to feed, and what it gets.
class Ports {
  public:
    explicit Ports(const Json& conditions) : conditions_(conditions) {}

    void add_port(const network::Port& port, ::onnx::ValueInfoProto& value, GraphWriter& graph, Json& list) {
        graph.describe(value, port.name, port.shape, "unit: " + port.unit);
        list[port.name] = {{"shape", port.shape}, {"unit", port.unit}};
        if (conditions_.is_object() && conditions_.contains(port.name))
            list[port.name]["trained"] = conditions_[port.name];
    }
    void add_noise(const network::Layer& layer, const Shape& shape, ::onnx::ValueInfoProto& value,
                   GraphWriter& graph, Json& list) {
        Json about = layer.parameters;
        about["shape"] = shape;
        about["unit"] = "1";
        graph.describe(value, layer.name, shape,
                       "random numbers, " + about["distribution"].get<std::string>());
        list[layer.name] = std::move(about);
    }

  private:
    const Json& conditions_;
};

void fill(::onnx::ModelProto& model, const network::WeightsFile& file, const std::string& role) {
    const network::NetworkSpec spec = file.network(role);
    const network::NetworkPlan plan = network::plan_network(spec);
    const Json conditions = file.document.value("conditions", Json::object());
    Json inputs = Json::object(), outputs = Json::object();
    GraphWriter graph(*model.mutable_graph());
    graph.graph().set_name(spec.name.empty() ? role : spec.name);
    Ports ports(conditions);
    for (const auto& port : spec.inputs) ports.add_port(port, *graph.graph().add_input(), graph, inputs);
    for (const auto& step : plan.steps) {
        const network::Layer& layer = *step.layer;
        std::vector<Shape> shapes;
        for (const std::string& input : layer.inputs) shapes.push_back(plan.shapes.at(input));
        const std::string prefix = network::tensor_owner(layer) + ".";
        for (const auto& wanted : step.plan.tensors) {
            const auto& stored = file.tensors.at(role + "." + prefix + wanted.role);
            graph.weights(prefix + wanted.role, wanted.shape, stored.bytes.data(), stored.bytes.size());
        }
        if (layer.type == "random")
            ports.add_noise(layer, step.plan.output, *graph.graph().add_input(), graph, inputs);
        write_layer(layer, shapes, step.plan.output, prefix, graph);
    }
    for (const auto& port : spec.outputs) ports.add_port(port, *graph.graph().add_output(), graph, outputs);
    add_metadata(model, "version", core::version);
    add_metadata(model, "name", file.document.value("name", spec.name));
    add_metadata(model, "inputs", core::to_text(inputs));
    add_metadata(model, "outputs", core::to_text(outputs));
    for (const char* key : {"conditions", "detector"}) {
        if (file.document.contains(key)) add_metadata(model, key, core::to_text(file.document[key]));
    }
}

}  // namespace

std::string onnx_model(const network::WeightsFile& file, const std::string& role) {
    ::onnx::ModelProto model;
    const Opset& opset = opset_of(file.network(role));
    model.set_ir_version(opset.ir_version);
    model.set_producer_name("caloforge");
    model.set_producer_version(core::version);
    auto& operators = *model.add_opset_import();
    operators.set_domain("");
    operators.set_version(opset.number);
    fill(model, file, role);
    if (model.ByteSizeLong() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw core::InputError("the network has more than the 2 GB of weights that an ONNX file holds.");
    try {
        ::onnx::checker::check_model(model);
    } catch (const ::onnx::checker::ValidationError& error) {
        throw std::logic_error(fmt::format("ONNX's checker refuses what was written: {}", error.what()));
    }
    return model.SerializeAsString();
}

}  // namespace caloforge::onnx
