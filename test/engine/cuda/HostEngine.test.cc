#include <gmock/gmock.h>

#include "core/Difference.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "engine/RunRows.hh"
#include "engine/cuda/MadeUpRows.hh"
#include "engine/cuda/PretendedDevice.hh"
#include "engine/cuda/RunEngine.hh"
#include "engine/cuda/device/Engine.hh"
#include "network/Toy.hh"

namespace caloforge::engine::cuda {
namespace {

using network::test::file_of;
using network::test::layer;
using test::MadeUpRows;
using test::Rows;
using test::run_rows;

/// Two inputs and two outputs, one of which is larger than what crosses the bus at a time.
network::NetworkSpec two_ports() {
    network::NetworkSpec spec;
    spec.name = "ports";
    spec.inputs = {{"energy", {1}, "GeV"}, {"image", {2, 3, 5}, "1"}};
    spec.layers = {layer("noise", "random", {}, {{"distribution", "normal"}, {"shape", {7}}, {"stream", 3}}),
                   layer("flat", "flatten", {"image"}),
                   layer("all", "concat", {"energy", "flat", "noise"}),
                   layer("small", "dense", {"all"}, {{"units", 3}}),
                   layer("active", "tanh", {"small"}),
                   layer("large", "dense", {"active"}, {{"units", 20'001}})};
    spec.outputs = {{"large", {20'001}, "GeV"}, {"active", {3}, "1"}};
    return spec;
}

// Whatever was made before, in whatever pieces.
TEST(HostEngine, RowsComeToTheirPlaces) {
    const auto file = file_of(two_ports());
    const cpu::Engine host(file, "generator");
    const MadeUpRows rows(host.inputs(), 700);
    const auto wanted = cpu::test::run_rows(host, rows.keys, rows.view());
    Engine::Options options;
    options.rows_at_a_time = {32, 128};
    const Engine engine(file, "generator", options);
    EXPECT_EQ(engine.inputs(), host.inputs());
    EXPECT_EQ(engine.outputs(), host.outputs());
    EXPECT_EQ(engine.plan().size(), host.plan().size());
    Engine::Workspace workspace(engine);
    for (const auto& [begin, count] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, 700}, {5, 1}, {30, 33}, {0, 0}, {100, 257}, {0, 700}}) {
        const Rows made = run_rows(engine, workspace, rows, begin, count);
        for (std::size_t o = 0; o < made.size(); ++o) {
            const std::size_t each = host.outputs()[o].elements();
            EXPECT_LT(caloforge::test::relative_difference(
                          made[o], std::span(wanted[o]).subspan(begin * each, count * each)),
                      1e-5)
                << "output " << o << " of " << count << " from " << begin;
        }
        workspace.poison();
    }
    EXPECT_GT(workspace.bytes(), std::size_t{128} * 20'000 * sizeof(float));
}

TEST(HostEngine, OutputsMayStay) {
    const auto file = file_of(two_ports());
    const Engine engine(file, "generator", {});
    Engine::Workspace workspace(engine);
    const MadeUpRows rows(engine.inputs(), 40);
    EXPECT_NO_THROW(engine.run(rows.keys, rows.view(), workspace, {}, Engine::Fetch::none));
    EXPECT_NO_THROW(run_rows(engine, workspace, rows, 0, 40));
}

TEST(HostEngine, TakesFewerRowsWhereMemoryIsShort) {
    const auto file = file_of(two_ports());
    const cpu::Engine host(file, "generator");
    const MadeUpRows rows(host.inputs(), 300);
    const auto wanted = cpu::test::run_rows(host, rows.keys, rows.view());
    Engine::Options options;
    options.rows_at_a_time = {32, 64, 1024};
    const Engine engine(file, "generator", options);
    const std::size_t before = test::pretended_memory;
    const auto with = [&](std::size_t mebibytes) {
        test::pretended_memory = mebibytes << 20;
        Engine::Workspace workspace(engine);
        return run_rows(engine, workspace, rows, 0, 300);
    };
    // 240 kB a row, and 64 MiB for what is not counted.
    EXPECT_LT(caloforge::test::relative_difference(with(80)[0], wanted[0]), 1e-5);
    EXPECT_LT(caloforge::test::relative_difference(with(74)[0], wanted[0]), 1e-5);
    EXPECT_THAT(caloforge::test::message_of<core::RunError>([&] { with(70); }),
                testing::AllOf(testing::HasSubstr("too little memory"), testing::HasSubstr("32 samples"),
                               testing::HasSubstr("70.0 MiB are free")));
    test::pretended_memory = 1000;
    EXPECT_THAT(caloforge::test::message_of<core::RunError>([&] { Engine(file, "generator", options); }),
                testing::HasSubstr("too little memory"));
    test::pretended_memory = before;
}

TEST(HostEngine, SaysWhatIsWrong) {
    const auto file = file_of(two_ports());
    const Engine engine(file, "generator", {});
    Engine::Workspace workspace(engine);
    const MadeUpRows rows(engine.inputs(), 2);
    std::vector<float> large(2 * 20'001), active(6);
    const auto message = [&](const sample::ColumnsView& inputs, std::vector<std::span<float>> outputs) {
        return caloforge::test::message_of<core::InputError>(
            [&] { engine.run(rows.keys, inputs, workspace, outputs); });
    };
    EXPECT_THAT(message(sample::ColumnsView(2).add("energy", rows.values[0]), {large, active}),
                testing::HasSubstr("`image` is missing"));
    EXPECT_THAT(message(rows.view(), {large}), testing::HasSubstr("1 outputs are asked for; there are 2"));
    EXPECT_THAT(message(rows.view(), {large, large}),
                testing::HasSubstr("`active` has 40002 numbers where 6 are wanted"));
    Engine::Options options;
    options.device = 7;
    EXPECT_THAT(caloforge::test::message_of<core::InputError>([&] { Engine(file, "generator", options); }),
                testing::HasSubstr("2 CUDA devices"));
}

}  // namespace
}  // namespace caloforge::engine::cuda
