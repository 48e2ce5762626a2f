#include "engine/cpu/Engine.hh"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>

#include "core/Difference.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"
#include "engine/RunRows.hh"
#include "engine/cpu/Rewritten.hh"
#include "network/Gan3d.hh"
#include "network/Toy.hh"

namespace caloforge::engine::cpu {
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
    return test::run_rows(engine, sample::consecutive(5, first, incident.size()), incident);
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
    for (const PlanEntry& step : engine.plan()) macs += step.macs;
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
                for (const Json& same : {Json("same"), Json("valid")}) {
                    const NetworkSpec spec =
                        network_of({layer("up", "upsample", {"image"}, {{"factor", factor}}),
                                    layer("padded", "pad", {"up"}, {{"padding", padding}}),
                                    layer("conv", "conv3d", {"padded"},
                                          {{"filters", 3}, {"kernel", kernel}, {"padding", same}}),
                                    layer("act", "leaky_relu", {"conv"}, {{"slope", 0.3}})},
                                   {2, 4, 5, 5});
                    expect_same(spec);
                    EXPECT_EQ(Engine(file_of(spec), "generator").plan().back().operation, "convolution");
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
    EXPECT_EQ(engine.outputs().at(0).elements(), static_cast<std::size_t>(large + 17));
}

/// Three inputs of several shapes, two outputs of which one goes on into the other.
NetworkSpec many_ports() {
    NetworkSpec spec;
    spec.name = "ports";
    spec.inputs = {{"energy", {1}, "GeV"}, {"direction", {2}, "rad"}, {"image", {2, 3, 4}, "1"}};
    spec.layers = {
        layer("noise", "random", {}, {{"distribution", "normal"}, {"shape", {5}}, {"stream", 3}}),
        layer("flat", "flatten", {"image"}),
        layer("all", "concat", {"energy", "direction", "noise", "flat"}),
        layer("hidden", "dense", {"all"}, {{"units", 7}}),
        layer("active", "silu", {"hidden"}),
        layer("more", "dense", {"active"}, {{"units", 24}}),
        layer("shaped", "reshape", {"more"}, {{"shape", {2, 3, 4}}}),
        layer("weights", "slice", {"noise"}, {{"axis", 0}, {"begin", 0}, {"end", 2}}),
        layer("column", "reshape", {"weights"}, {{"shape", {2, 1, 1}}}),
        layer("weighted", "multiply", {"image", "column"}),
        layer("weighted_sum", "sum", {"weighted"}, {{"axes", {0, 2}}}),
        layer("square", "multiply", {"weighted_sum", "weighted_sum"}),
        layer("square_sum", "sum", {"square"}, {{"axes", {0}}}),
        layer("grown", "multiply", {"square_sum", "image"}),
        layer("grown_sum", "sum", {"grown"}, {{"axes", {1, 2}}}),
        layer("grown_shaped", "reshape", {"grown_sum"}, {{"shape", {2, 1, 1}}}),
        layer("most", "add", {"shaped", "image"}),
        layer("sum", "add", {"most", "grown_shaped"}),
    };
    spec.outputs = {{"sum", {2, 3, 4}, "GeV"}, {"active", {7}, "1"}};
    return spec;
}

struct ManyRows {
    std::vector<float> energy, direction, image;
    explicit ManyRows(std::size_t rows) : energy(rows), direction(2 * rows), image(24 * rows) {
        for (auto* values : {&energy, &direction, &image}) core::RandomStream(9, 0, stream++).normal(*values);
    }
    sample::ColumnsView view() const {
        return sample::ColumnsView(energy.size())
            .add("image", image)
            .add("unused", energy)
            .add("direction", direction)
            .add("energy", energy);
    }
    std::uint32_t stream = 0;
};

TEST(Engine, TakesAnyPorts) {
    const auto file = file_of(many_ports());
    const Engine engine(file, "generator");
    EXPECT_EQ(engine.inputs(), many_ports().inputs);
    EXPECT_EQ(engine.outputs(), many_ports().outputs);
    const ManyRows rows(21);
    const auto keys = sample::consecutive(5, 0, 21);
    const auto made = test::run_rows(engine, keys, rows.view());
    const auto plain = test::run_rows(Engine(file, "generator", Engine::Passes::none), keys, rows.view());
    const auto again = test::run_rows(Engine(rewritten(file, "generator"), "generator"), keys, rows.view());
    for (std::size_t o = 0; o < 2; ++o) {
        EXPECT_LT(caloforge::test::relative_difference(made[o], plain[o]), 1e-5);
        EXPECT_LT(caloforge::test::relative_difference(again[o], plain[o]), 1e-5);
    }
    // What the one output was added to: the other went through a layer in between.
    EXPECT_NE(made[0], made[1]);
}

/// Keys of several seeds in any order, whatever is made beside a row.
TEST(Engine, ARowIsAFunctionOfItsKeyAndInputs) {
    const Engine engine(file_of(many_ports()), "generator");
    constexpr std::size_t count = 45;
    const ManyRows rows(count);
    std::vector<sample::Key> keys;
    for (std::size_t i = 0; i < count; ++i)
        keys.push_back({i % 3 == 0 ? std::uint64_t{7} : ~std::uint64_t{i}, i / 2});
    const auto wanted = test::run_rows(engine, keys, rows.view());
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::mt19937 random(4);
    for (const std::size_t batch : {1, 7, 8, 16, 45}) {
        std::shuffle(order.begin(), order.end(), random);
        for (std::size_t first = 0; first + batch <= count; first += batch) {
            ManyRows some(batch);
            std::vector<sample::Key> some_keys;
            for (std::size_t i = 0; i < batch; ++i) {
                const std::size_t from = order[first + i];
                some_keys.push_back(keys[from]);
                some.energy[i] = rows.energy[from];
                std::copy_n(&rows.direction[2 * from], 2, &some.direction[2 * i]);
                std::copy_n(&rows.image[24 * from], 24, &some.image[24 * i]);
            }
            const auto made = test::run_rows(engine, some_keys, some.view());
            for (std::size_t o = 0; o < 2; ++o) {
                const std::size_t each = engine.outputs()[o].elements();
                for (std::size_t i = 0; i < batch; ++i)
                    ASSERT_EQ(std::memcmp(&made[o][i * each], &wanted[o][order[first + i] * each],
                                          each * sizeof(float)),
                              0)
                        << "row " << order[first + i] << " in a batch of " << batch;
            }
        }
    }
}

TEST(Engine, SaysWhatIsMissing) {
    const Engine engine(file_of(many_ports()), "generator");
    Engine::Workspace workspace(engine);
    const ManyRows rows(2);
    const auto keys = sample::consecutive(5, 0, 2);
    std::vector<float> sum(48), active(14);
    const auto message = [&](const sample::ColumnsView& inputs, std::vector<std::span<float>> outputs) {
        return caloforge::test::message_of<core::InputError>(
            [&] { engine.run(keys, inputs, workspace, outputs); });
    };
    const auto some = sample::ColumnsView(2).add("image", rows.image).add("energy", rows.energy);
    EXPECT_THAT(message(some, {sum, active}), testing::HasSubstr("`direction` is missing"));
    EXPECT_THAT(message(rows.view(), {sum}), testing::HasSubstr("1 outputs are asked for; there are 2"));
    EXPECT_THAT(message(rows.view(), {sum, sum}),
                testing::HasSubstr("`active` has 48 numbers where 14 are wanted"));
    EXPECT_THAT(message(ManyRows(3).view(), {sum, active}),
                testing::HasSubstr("`energy` has 3 numbers where 2 are wanted"));
}

}  // namespace
}  // namespace caloforge::engine::cpu
