#include "engine/Engine.hh"

#include <gmock/gmock.h>

#include <cstring>

#include "core/Difference.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "engine/Passes.hh"
#include "engine/Rewritten.hh"
#include "network/Gan3d.hh"
#include "network/Toy.hh"

namespace caloforge::engine {
namespace {

using core::Json;
using network::Layer;
using network::NetworkSpec;
using network::Shape;
using network::test::file_of;
using network::test::layer;
using network::test::network_of;

std::vector<float> showers(const Engine& engine, const std::vector<float>& incident,
                           std::uint64_t first = 0) {
    Engine::Workspace workspace(engine);
    std::vector<float> out(incident.size() * engine.cells());
    engine.generate(5, first, incident, workspace, out);
    return out;
}

const std::vector<float> some_energies = {10,  400, 20,  30,  55,  60,  70,  80,  90,  100, 110,
                                          120, 130, 140, 150, 160, 170, 180, 190, 200, 210};

// What the passes make of a network computes the same as the network as written.
void expect_same(const NetworkSpec& spec) {
    const auto file = file_of(spec);
    const Engine optimised(file, "generator");
    const Engine plain(file, "generator", Engine::Passes::none);
    EXPECT_LT(caloforge::test::relative_difference(showers(optimised, some_energies),
                                                   showers(plain, some_energies)),
              1e-5);
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
    EXPECT_LT(Engine::Workspace(engine).bytes(), 10'000'000U);
}

TEST(Engine, RewritesTheGeneratorForOthers) {
    const auto file = rewritten(file_of(network::gan3d_generator(100)), "generator");
    EXPECT_LT(network::plan_network(file.network("generator")).macs(),
              70'000'000);  // of 256 million as written
}

// Repetition by every factor, padding that is no multiple of it, kernels even and odd, one and many filters.
TEST(Engine, SplitsUpsampledConvolutionsIntoPhases) {
    for (const auto& factor : {Json{2, 2, 2}, Json{1, 3, 2}, Json{3, 1, 1}, Json{2, 2, 3}}) {
        for (const auto& padding : {Json{0, 0, 0}, Json{1, 2, 0}, Json{3, 1, 2}}) {
            for (const auto& kernel : {Json{1, 2, 3}, Json{3, 3, 4}, Json{2, 5, 2}}) {
                for (const bool same : {false, true}) {
                    const Json pad = same ? Json("same") : Json("valid");
                    const NetworkSpec spec =
                        network_of({layer("up", "upsample", {"image"}, {{"factor", factor}}),
                                    layer("padded", "pad", {"up"}, {{"padding", padding}}),
                                    layer("conv", "conv3d", {"padded"},
                                          {{"filters", 3}, {"kernel", kernel}, {"padding", pad}}),
                                    layer("act", "leaky_relu", {"conv"}, {{"slope", 0.3}})},
                                   {2, 4, 5, 5});
                    expect_same(spec);
                    const Graph graph = optimised(lower(spec, file_of(spec), "generator"));
                    EXPECT_EQ(graph.operations.back().kind, Operation::Kind::convolution);
                }
            }
        }
    }
}

TEST(Engine, RunsEveryLayer) {
    for (const auto& [name, spec] : network::test::toy_networks()) {
        SCOPED_TRACE(name);
        expect_same(spec);
    }
}

std::vector<Operation::Kind> kinds_of(const std::string& toy) {
    for (const auto& [name, spec] : network::test::toy_networks()) {
        if (name != toy) continue;
        std::vector<Operation::Kind> out;
        for (const Operation& one : optimised(lower(spec, file_of(spec), "generator")).operations)
            out.push_back(one.kind);
        return out;
    }
    return {};
}

TEST(Engine, Rewrites) {
    using enum Operation::Kind;
    using testing::ElementsAre;
    EXPECT_THAT(kinds_of("folded"), ElementsAre(input, random, multiply, dense));
    EXPECT_THAT(kinds_of("phases"),
                ElementsAre(input, random, multiply, dense, gather, convolution, convolution));
    EXPECT_THAT(kinds_of("flat phases"),
                ElementsAre(input, random, multiply, dense, gather, convolution, sum));
    // A stride over a repeated input is left as it is, but for the zeros around it.
    EXPECT_THAT(kinds_of("up, then a stride"),
                ElementsAre(input, random, multiply, dense, gather, upsample, convolution));
    // An intermediate result that is read twice stays.
    EXPECT_THAT(kinds_of("read twice"), testing::Contains(upsample));
}

// Every limit that keeps a network that asks for too much from taking the machine's memory.
TEST(Engine, RefusesWhatTakesTooMuchMemory) {
    const auto refused = [](const NetworkSpec& spec, const char* says) {
        EXPECT_THAT(
            caloforge::test::message_of<core::InputError>([&] { Engine(file_of(spec), "generator"); }),
            testing::HasSubstr(says));
    };
    const auto noise = [](const char* name, const Shape& shape) {
        return layer(name, "random", {}, {{"distribution", "normal"}, {"shape", shape}, {"stream", 0}});
    };
    const std::int64_t large = 1 << 20;
    const auto strided = [&](std::int64_t stride, const Json& padding) {
        return layer("conv", "conv3d", {"image"},
                     {{"filters", 2},
                      {"kernel", {1, 1, 1}},
                      {"stride", {stride, stride, stride}},
                      {"padding", {padding, padding, padding}}});
    };
    // The padded input is 2^60 cells, the output one.
    refused(network_of({strided(large, {large - 1, 0})}, {16, 1, 1, 1}), "too large for the engine");
    refused(network_of({strided(large - 1, {large / 2, large / 2 - 1})}, {1, 1, 1, 1}),
            "too large for the engine");
    // Nor is it made when two convolutions could share it.
    auto twin = strided(large, {large - 1, 0});
    twin.name = "twin";
    refused(network_of({strided(large, {large - 1, 0}), twin, layer("sum", "add", {"conv", "twin"})},
                       {16, 1, 1, 1}),
            "too large for the engine");
    // Index tables.
    std::vector<Layer> sums = {noise("many", {32, large})};
    for (int i = 0; i < 20; ++i)
        sums.push_back(layer("sum" + std::to_string(i), "sum", {"many"}, {{"axes", {0, 1}}}));
    refused(network_of(sums, {1, 1, 1, 1}), "read and make more than");
    refused(network_of({noise("many", {70, large}), layer("out", "relu", {"many"})}, {1, 1, 1, 1}), "GiB");
}

// A dense layer before a convolution with a huge kernel: what folding would save is told without trying every
// tap.
TEST(Engine, CompilesLargeKernelsInTime) {
    const std::int64_t large = 1 << 18;
    const NetworkSpec spec =
        network_of({layer("conv", "conv3d", {"image"},
                          {{"filters", 1}, {"kernel", {1, 1, large}}, {"padding", {0, 0, large}}})},
                   {1, 1, 1, 16});
    const Engine engine(file_of(spec), "generator");
    EXPECT_EQ(engine.cells(), static_cast<std::size_t>(large + 17));
}

TEST(Engine, LeavesTransposedConvolutionsOfHugeStridesToOthers) {
    const auto spec = [](std::int64_t stride) {
        return network_of({layer("up", "conv3d_transpose", {"image"},
                                 {{"filters", 1}, {"kernel", {1, 1, 1}}, {"stride", {1, 1, stride}}})},
                          {1, 1, 1, 2});
    };
    EXPECT_EQ(unsupported_layer(spec(4096)), "");
    EXPECT_EQ(unsupported_layer(spec(4097)), "up (conv3d_transpose of stride [1,1,4097])");
}

TEST(Engine, NamesALayerThatItDoesNotKnow) {
    NetworkSpec spec = network::gan3d_generator(100);
    spec.layers[2].type = "attention";
    EXPECT_EQ(unsupported_layer(spec), spec.layers[2].name + " (attention)");
}

}  // namespace
}  // namespace caloforge::engine
