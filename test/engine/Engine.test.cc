#include "engine/Engine.hh"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"
#include "engine/Passes.hh"
#include "network/Gan3d.hh"
#include "network/NetworkPlan.hh"

namespace caloforge::engine {
namespace {

using core::Json;
using network::Layer;
using network::NetworkSpec;
using network::Shape;

// A weights file of a network with made-up weights.
network::WeightsFile file_of(const NetworkSpec& spec) {
    network::WeightsFile file;
    file.document = {{"format_version", network::weights_format_version}, {"kind", "model"}};
    file.document["networks"]["generator"] = spec.json();
    const auto plan = network::plan_network(spec);
    std::uint32_t stream = 0;
    for (const auto& step : plan.steps) {
        for (const auto& tensor : step.plan.tensors) {
            std::vector<float> values(static_cast<std::size_t>(network::element_count(tensor.shape)));
            core::RandomStream(2, 0, stream++).uniform(values);
            const double scale = 1 / std::sqrt(static_cast<double>(tensor.fan_in));
            for (float& value : values) {
                // Variances and gains near one, the others around zero.
                const bool near_one = tensor.role == "variance" || tensor.role == "gain";
                value = static_cast<float>(near_one ? 0.5 + value : (2 * value - 1) * scale);
            }
            const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
            file.tensors["generator." + step.layer->name + "." + tensor.role] = {
                "F32", tensor.shape, {bytes, bytes + values.size() * sizeof(float)}};
        }
    }
    return file;
}

Layer layer(const std::string& name, const std::string& type, std::vector<std::string> inputs,
            Json parameters = Json::object()) {
    return {name, type, std::move(inputs), std::move(parameters)};
}

// latent -> dense -> image, and then `layers`.
NetworkSpec network_of(const std::vector<Layer>& layers, const Shape& image) {
    NetworkSpec spec;
    spec.name = "toy";
    spec.inputs = {{"energy", {1}, "GeV"}};
    spec.layers = {
        layer("latent", "random", {}, {{"distribution", "normal"}, {"shape", {12}}, {"stream", 0}}),
        layer("scaled", "multiply", {"latent", "energy"}),
        layer("dense", "dense", {"scaled"}, {{"units", network::element_count(image)}}),
        layer("image", "reshape", {"dense"}, {{"shape", image}}),
    };
    spec.layers.insert(spec.layers.end(), layers.begin(), layers.end());
    spec.outputs = {{layers.back().name, {1}, "GeV"}};
    return spec;
}

NetworkSpec with_output(NetworkSpec spec, const Shape& shape) {
    spec.outputs[0].shape = shape;
    return spec;
}

std::vector<float> showers(const Engine& engine, const std::vector<float>& incident,
                           std::uint64_t first = 0) {
    Engine::Workspace workspace(engine);
    std::vector<float> out(incident.size() * engine.cells());
    engine.generate(5, first, incident, workspace, out);
    return out;
}

double worst_difference(const std::vector<float>& a, const std::vector<float>& b) {
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(a[i]) - b[i]));
        largest = std::max(largest, std::abs(static_cast<double>(b[i])));
    }
    return worst / largest;
}

const std::vector<float> some_energies = {10,  400, 20,  30,  55,  60,  70,  80,  90,  100, 110,
                                          120, 130, 140, 150, 160, 170, 180, 190, 200, 210};

// What the passes make of a network computes the same as the network as written.
void expect_same(const NetworkSpec& spec) {
    const auto file = file_of(spec);
    const Engine optimised(file, "generator");
    const Engine plain(file, "generator", Engine::Passes::none);
    EXPECT_LT(worst_difference(showers(optimised, some_energies), showers(plain, some_energies)), 1e-5);
    // Bit by bit: one by one, in a batch of 16 and what is left of it.
    const auto together = showers(optimised, some_energies);
    for (std::size_t i = 0; i < some_energies.size(); ++i) {
        const auto alone = showers(optimised, {some_energies[i]}, i);
        ASSERT_EQ(std::memcmp(alone.data(), together.data() + i * alone.size(), alone.size() * sizeof(float)),
                  0)
            << i;
    }
}

TEST(Engine, RunsTheGenerator) {
    const NetworkSpec spec = network::gan3d_generator(100);
    expect_same(spec);
    const Engine engine(file_of(spec), "generator");
    std::int64_t macs = 0;
    for (const Json& step : engine.plan()) macs += step["macs"].get<std::int64_t>();
    EXPECT_LT(macs, 45'000'000);  // of 256 million as written
}

// Repetition by every factor, padding that is no multiple of it, kernels even and odd, one and many filters.
TEST(Engine, SplitsUpsampledConvolutionsIntoPhases) {
    for (const auto& factor : {Json{2, 2, 2}, Json{1, 3, 2}, Json{3, 1, 1}, Json{2, 2, 3}}) {
        for (const auto& padding : {Json{0, 0, 0}, Json{1, 2, 0}, Json{3, 1, 2}}) {
            for (const auto& kernel : {Json{1, 2, 3}, Json{3, 3, 4}, Json{2, 5, 2}}) {
                for (const bool same : {false, true}) {
                    NetworkSpec spec = network_of({layer("up", "upsample", {"image"}, {{"factor", factor}}),
                                                   layer("padded", "pad", {"up"}, {{"padding", padding}}),
                                                   layer("conv", "conv3d", {"padded"},
                                                         {{"filters", 3},
                                                          {"kernel", kernel},
                                                          {"padding", same ? Json("same") : Json("valid")}}),
                                                   layer("act", "leaky_relu", {"conv"}, {{"slope", 0.3}})},
                                                  {2, 3, 4, 5});
                    Shape shape = {3};
                    bool fits = true;
                    for (std::size_t axis = 0; axis < 3; ++axis) {
                        const std::int64_t in = Shape{3, 4, 5}[axis] * factor[axis].get<std::int64_t>() +
                                                2 * padding[axis].get<std::int64_t>();
                        shape.push_back(same ? in : in - kernel[axis].get<std::int64_t>() + 1);
                        fits = fits && kernel[axis].get<std::int64_t>() <= in;
                    }
                    if (!fits) continue;
                    expect_same(with_output(spec, shape));
                    const Graph graph = optimised(
                        lower(with_output(spec, shape), file_of(with_output(spec, shape)), "generator"));
                    EXPECT_EQ(graph.operations.back().kind, Operation::Kind::convolution);
                }
            }
        }
    }
}

TEST(Engine, FoldsDenseAndConvolution) {
    const NetworkSpec spec = with_output(
        network_of(
            {layer("conv", "conv3d", {"image"}, {{"filters", 8}, {"kernel", {3, 3, 3}}, {"padding", "same"}}),
             layer("norm", "batch_norm", {"conv"}), layer("act", "relu", {"norm"})},
            {8, 4, 4, 4}),
        {8, 4, 4, 4});
    expect_same(spec);
    const Graph graph = optimised(lower(spec, file_of(spec), "generator"));
    EXPECT_EQ(graph.operations.back().kind, Operation::Kind::dense);
    EXPECT_EQ(graph.operations.back().after.size(), 2U);
}

// An intermediate result that is read twice stays.
TEST(Engine, LeavesWhatOthersRead) {
    expect_same(with_output(
        network_of(
            {layer("up", "upsample", {"image"}, {{"factor", {2, 2, 2}}}),
             layer("conv", "conv3d", {"up"}, {{"filters", 2}, {"kernel", {3, 3, 3}}, {"padding", "same"}}),
             layer("act", "silu", {"conv"}), layer("sum", "add", {"act", "conv"}),
             layer("both", "concat", {"sum", "up"}), layer("out", "relu", {"both"})},
            {2, 2, 3, 2}),
        {4, 4, 6, 4}));
}

TEST(Engine, RunsTheSmallLayers) {
    expect_same(with_output(
        network_of({layer("turned", "permute", {"image"}, {{"order", {0, 3, 1, 2}}}),
                    layer("part", "slice", {"turned"}, {{"axis", 1}, {"begin", 1}, {"end", 3}}),
                    layer("soft", "softplus", {"part"}), layer("log", "log", {"soft"}),
                    layer("exp", "exp", {"log"}), layer("power", "power", {"exp"}, {{"exponent", 0.5}}),
                    layer("half", "scale", {"power"}, {{"factor", 0.5}}), layer("sig", "sigmoid", {"half"}),
                    layer("cut", "threshold", {"sig"}, {{"value", 0.55}}),
                    layer("pool", "average_pool", {"cut"}, {{"size", {2, 1, 2}}}),
                    layer("total", "sum", {"pool"}, {{"axes", {1, 3}}}), layer("flat", "flatten", {"total"})},
                   {3, 2, 4, 6}),
        {6}));
}

TEST(Engine, NamesALayerThatItDoesNotKnow) {
    NetworkSpec spec = network::gan3d_generator(100);
    spec.layers[2].type = "attention";
    EXPECT_EQ(unsupported_layer(spec), spec.layers[2].name + " (attention)");
}

}  // namespace
}  // namespace caloforge::engine
