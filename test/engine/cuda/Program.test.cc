#include "engine/cuda/Program.hh"

#include <gmock/gmock.h>

#include <random>

#include "core/Difference.hh"
#include "engine/RunRows.hh"
#include "engine/cuda/CutConvolution.hh"
#include "engine/cuda/HostRun.hh"
#include "engine/cuda/MadeUpRows.hh"
#include "kernels/Functions.hh"
#include "network/Gan3d.hh"
#include "network/Toy.hh"

namespace caloforge::engine::cuda {
namespace {

using core::Json;
using network::NetworkSpec;
using network::test::file_of;
using network::test::layer;
using network::test::network_of;
using test::MadeUpRows;

TEST(Program, HasEveryFunction) {
    EXPECT_THAT(kernels::function_names(), testing::UnorderedElementsAreArray(function_words));
    EXPECT_THROW(function_number("sine"), std::logic_error);
}

// A program on the host against the CPU's engine.
void expect_same(const network::WeightsFile& file, std::size_t count, std::uint32_t memory_rows,
                 int dense_blocks = 1, double allowed = 1e-5) {
    const cpu::Engine engine(file, "generator");
    const Program program = make_program(cpu::compile_network(file, "generator"));
    const MadeUpRows rows(engine.inputs(), count);
    const auto wanted = cpu::test::run_rows(engine, rows.keys, rows.view());
    test::HostRun run(program, memory_rows);
    run.dense_blocks = dense_blocks;
    const auto made = run(rows.keys, rows.view());
    ASSERT_EQ(made.size(), wanted.size());
    for (std::size_t o = 0; o < made.size(); ++o)
        EXPECT_LT(caloforge::test::relative_difference(made[o], wanted[o]), allowed) << "output " << o;
}

TEST(Program, RunsEveryLayer) {
    for (const auto& [name, spec] : network::test::toy_networks()) {
        SCOPED_TRACE(name);
        expect_same(file_of(spec), 35, 64);
    }
}

// Of up to four blocks of rows at once.
TEST(Program, DenseLayersTakeSeveralBlocksOfRows) {
    expect_same(file_of(network_of(
                    {layer("more", "dense", {"dense"}, {{"units", 37}}), layer("out", "tanh", {"more"})},
                    {50, 1, 1, 1})),
                100, 128, 4);
}

// Tiles of every size with what is left of them, groups of every size, filters of every count, strides.
TEST(Program, CutsConvolutionsOfAnyShape) {
    for (const int filters : {1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 16}) {
        for (const auto& kernel :
             {Json{1, 2, 1}, Json{2, 1, 2}, Json{1, 1, 3}, Json{2, 2, 4}, Json{1, 1, 5}}) {
            for (const auto& stride : {Json{1, 1, 1}, Json{2, 1, 2}}) {
                const auto spec = test::cut_convolution(filters, kernel, stride);
                SCOPED_TRACE(spec.json().dump());
                expect_same(file_of(spec), 3, 32);
            }
        }
    }
}

TEST(Program, SplitsUpsampledConvolutionsIntoPhases) {
    for (const auto& factor : {Json{2, 2, 2}, Json{1, 3, 2}, Json{2, 2, 3}}) {
        for (const auto& padding : {Json{0, 0, 0}, Json{3, 1, 2}}) {
            for (const auto& kernel : {Json{1, 2, 3}, Json{2, 5, 2}}) {
                expect_same(file_of(network_of(
                                {layer("up", "upsample", {"image"}, {{"factor", factor}}),
                                 layer("padded", "pad", {"up"}, {{"padding", padding}}),
                                 layer("conv", "conv3d", {"padded"}, {{"filters", 6}, {"kernel", kernel}}),
                                 layer("act", "leaky_relu", {"conv"}, {{"slope", 0.3}})},
                                {2, 4, 5, 9})),
                            3, 32);
            }
        }
    }
}

/// An order of the launches that their dependencies allow, as far from the usual one as it comes.
std::vector<std::size_t> another_order(const Program& program, std::mt19937& random) {
    std::vector<std::size_t> order, ready, waits(program.after.size());
    std::vector<std::vector<std::size_t>> next(program.after.size());
    for (std::size_t i = 0; i < program.after.size(); ++i) {
        waits[i] = program.after[i].size();
        for (const std::size_t before : program.after[i]) next[before].push_back(i);
        if (waits[i] == 0) ready.push_back(i);
    }
    while (!ready.empty()) {
        std::swap(ready[random() % ready.size()], ready.back());
        const std::size_t one = ready.back();
        ready.pop_back();
        order.push_back(one);
        for (const std::size_t i : next[one]) {
            if (--waits[i] == 0) ready.push_back(i);
        }
    }
    return order;
}

void expect_any_order(const network::WeightsFile& file, int orders) {
    const Program program = make_program(cpu::compile_network(file, "generator"));
    ASSERT_EQ(program.after.size(), program.launches.size());
    const MadeUpRows rows(program.inputs, 2);
    test::HostRun run(program, 32);
    const auto wanted = run(rows.keys, rows.view());
    std::mt19937 random(5);
    for (int i = 0; i < orders; ++i) {
        run.order = another_order(program, random);
        ASSERT_EQ(run.order.size(), program.launches.size());
        EXPECT_EQ(run(rows.keys, rows.view()), wanted);
    }
}

// What launches wait for is enough, although they share memory.
TEST(Program, RunsInAnyOrderThatIsAllowed) {
    for (const auto& [name, spec] : network::test::toy_networks()) {
        SCOPED_TRACE(name);
        expect_any_order(file_of(spec), 20);
    }
    expect_any_order(network::WeightsFile::read(test::model_file("clic-forge")), 3);
}

TEST(Program, RunsTheGenerator) {
    expect_same(file_of(network::gan3d_generator(100)), 2, 32);
}

TEST(Program, RunsTheShippedModels) {
    for (const char* name : {"clic-3dgan", "clic-forge"}) {
        SCOPED_TRACE(name);
        expect_same(network::WeightsFile::read(test::model_file(name)), 3, 32);
    }
}

}  // namespace
}  // namespace caloforge::engine::cuda
