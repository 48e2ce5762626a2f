#include "export/onnx/OnnxModel.hh"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include <cstdlib>
#include <map>
#include <set>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/TemporaryFolder.hh"
#include "engine/RunRows.hh"
#include "engine/cpu/Rewritten.hh"
#include "export/onnx/ExpressionWriter.hh"
#include "export/onnx/LayerWriter.hh"
#include "network/Gan3d.hh"
#include "network/RandomLayers.hh"
#include "network/Toy.hh"

namespace caloforge::onnx {
namespace {

using core::Json;
using network::NetworkSpec;
using network::Shape;

std::vector<std::pair<std::string, NetworkSpec>> all_networks() {
    auto out = network::test::toy_networks();
    out.emplace_back("3DGAN", network::gan3d_generator(100));
    return out;
}

::onnx::ModelProto parsed(const network::WeightsFile& file) {
    ::onnx::ModelProto model;
    EXPECT_TRUE(model.ParseFromString(onnx_model(file, "generator")));
    return model;
}

Shape shape_of(const ::onnx::ValueInfoProto& value) {
    Shape out;
    const auto& shape = value.type().tensor_type().shape();
    EXPECT_FALSE(shape.dim(0).has_dim_value());  // the number of showers is free
    for (int axis = 1; axis < shape.dim_size(); ++axis) out.push_back(shape.dim(axis).dim_value());
    return out;
}

Json metadata(const ::onnx::ModelProto& model, const std::string& key) {
    for (const auto& entry : model.metadata_props()) {
        if (entry.key() == "caloforge." + key) return Json::parse(entry.value());
    }
    return {};
}

TEST(OnnxModel, KnowsEveryLayerTypeAndOperation) {
    EXPECT_EQ(written_types(), network::layer_types());
    std::set<std::string> operations;
    for (const auto& one : network::expression_operations()) operations.insert(one.name);
    const auto known = expression_operations();
    EXPECT_EQ(std::set<std::string>(known.begin(), known.end()), operations);
}

/// ONNX's own rules make the same shapes of the nodes as the network's plan, for any batch.
TEST(OnnxModel, HasTheShapesOfTheNetwork) {
    for (const auto& [name, spec] : all_networks()) {
        for (const bool rewritten : {false, true}) {
            SCOPED_TRACE(name + (rewritten ? ", rewritten" : ""));
            auto file = network::test::file_of(spec);
            if (rewritten) file = engine::cpu::rewritten(file, "generator");
            auto model = parsed(file);
            ::onnx::shape_inference::InferShapes(model);
            const NetworkSpec made = file.network("generator");
            const auto plan = network::plan_network(made);
            std::map<std::string, Shape> inferred;
            for (const auto& value : model.graph().value_info()) {
                if (plan.shapes.count(value.name()) > 0) inferred[value.name()] = shape_of(value);
            }
            for (const auto& value : model.graph().input()) inferred[value.name()] = shape_of(value);
            for (const auto& value : model.graph().output()) inferred[value.name()] = shape_of(value);
            for (const auto& [value, shape] : inferred) EXPECT_EQ(shape, plan.shapes.at(value)) << value;
            EXPECT_GT(inferred.size(), 2U);
        }
    }
}

TEST(OnnxModel, SaysWhatItTakesAndGives) {
    auto file = network::test::file_of(network::gan3d_generator(100));
    file.document["name"] = "toy";
    file.document["conditions"] = {{"energy", {{"unit", "GeV"}, {"low", 10}, {"high", 500}}}};
    for (const bool rewritten : {false, true}) {
        const auto model = parsed(rewritten ? engine::cpu::rewritten(file, "generator") : file);
        ASSERT_EQ(model.graph().input_size(), 2);
        EXPECT_EQ(model.graph().input(0).name(), "energy");
        EXPECT_EQ(model.graph().input(0).doc_string(), "unit: GeV");
        EXPECT_EQ(model.graph().input(1).name(), "latent");
        ASSERT_EQ(model.graph().output_size(), 1);
        EXPECT_EQ(model.graph().output(0).name(), "showers");
        EXPECT_EQ(shape_of(model.graph().output(0)), (Shape{1, 25, 25, 25}));
        const Json inputs = metadata(model, "inputs");
        EXPECT_EQ(inputs["energy"]["unit"], "GeV");
        EXPECT_EQ(inputs["energy"]["trained"]["high"], 500);
        EXPECT_EQ(inputs["latent"]["distribution"], "normal");
        EXPECT_EQ(inputs["latent"]["stream"], 0);
        EXPECT_EQ(metadata(model, "outputs")["showers"]["unit"], "GeV");
    }
}

/// Random layers keep their names when the network is rewritten: they are inputs.
TEST(OnnxModel, HasTheSameInputsRewritten) {
    for (const auto& [name, spec] : all_networks()) {
        SCOPED_TRACE(name);
        const auto file = network::test::file_of(spec);
        const auto plain = metadata(parsed(file), "inputs");
        const auto rewritten = metadata(parsed(engine::cpu::rewritten(file, "generator")), "inputs");
        for (const auto& [input, about] : rewritten.items())
            EXPECT_EQ(about, plain.value(input, Json())) << input;
    }
}

TEST(OnnxModel, RefusesWhatIsNoNetwork) {
    auto file = network::test::file_of(network::gan3d_generator(100));
    file.tensors.erase("generator.conv2.weight");
    EXPECT_THROW(onnx_model(file, "generator"), core::InputError);
    EXPECT_THROW(onnx_model(file, "discriminator"), core::InputError);
}

Json numbers(const std::vector<float>& values, Shape shape, std::size_t showers) {
    shape.insert(shape.begin(), static_cast<std::int64_t>(showers));
    return {{"shape", shape}, {"values", values}};
}

/// What a runtime is fed for showers 3, 4, ... of run 5.
Json feed(const NetworkSpec& spec, const std::vector<float>& incident) {
    Json out = Json::object();
    out[spec.inputs[0].name] = numbers(incident, {1}, incident.size());
    for (const auto& layer : spec.layers) {
        if (layer.type != "random") continue;
        const auto shape = layer.parameters.at("shape").get<Shape>();
        const auto elements = static_cast<std::size_t>(network::element_count(shape));
        std::vector<float> values(elements * incident.size());
        for (std::size_t i = 0; i < incident.size(); ++i) {
            const core::RandomStream stream(5, 3 + i, layer.parameters.at("stream").get<std::uint32_t>());
            network::noise_of(layer).fill(stream, {values.data() + i * elements, elements});
        }
        out[layer.name] = numbers(values, shape, incident.size());
    }
    return out;
}

/// Every layer type and rewriting through ONNX Runtime against the engine on the network as written.
TEST(OnnxModel, MakesTheSameShowersInOnnxRuntime) {
    const caloforge::test::TemporaryFolder folder;
    const std::vector<float> incident{10, 400, 20};
    int number = 0;
    for (const auto& [name, spec] : all_networks()) {
        const auto file = network::test::file_of(spec);
        using engine::cpu::Engine;
        const Engine engine(file, "generator", Engine::Passes::none);
        const auto wanted =
            engine::cpu::test::run_rows(engine, sample::consecutive(5, 3, incident.size()), incident);
        const auto stem = folder.path() / fmt::format("{:02}", number++);
        core::write_text(stem.string() + ".plain.onnx", onnx_model(file, "generator"));
        core::write_text(stem.string() + ".rewritten.onnx",
                         onnx_model(engine::cpu::rewritten(file, "generator"), "generator"));
        const Json reference = {{"name", name},
                                {"inputs", feed(spec, incident)},
                                {"output", numbers(wanted, spec.outputs[0].shape, incident.size())}};
        core::write_text(stem.string() + ".json", reference.dump());
    }
    const std::string command =
        fmt::format("'{}' '{}' '{}'", CALOFORGE_PYTHON, CALOFORGE_RUN_ONNX, folder.path().string());
    EXPECT_EQ(std::system(command.c_str()), 0) << command << "\nIs ONNX Runtime there? scripts/setup --test";
}

}  // namespace
}  // namespace caloforge::onnx
