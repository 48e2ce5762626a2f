#include "infer/torch/TorchBackend.hh"

#include <gtest/gtest.h>

#include "core/Difference.hh"
#include "network/Gan3d.hh"
#include "network/Toy.hh"

namespace caloforge::infer::test {
namespace {

const std::vector<float> some_energies = {10,  400, 20,  30,  55,  60,  70,  80,  90,  100, 110,
                                          120, 130, 140, 150, 160, 170, 180, 190, 200, 210};

std::vector<float> showers(const Backend& backend) {
    const auto keys = sample::consecutive(5, 0, some_energies.size());
    std::vector<float> out(keys.size() * backend.outputs()[0].elements());
    const std::span<float> made = out;
    backend.begin()->run(keys, sample::ColumnsView(keys.size()).add("energy", some_energies), {&made, 1});
    return out;
}

/// The engine and libtorch with the rewritten network against libtorch with the network as written.
void expect_agreement(const network::NetworkSpec& spec) {
    const auto file = network::test::file_of(spec);
    const auto native = make_engine_backend(file, "generator"),
               plain = torch_backend::make(file, "generator", {"cpu", 1, false}),
               rewritten = torch_backend::make(file, "generator", {"cpu", 1, true});
    const auto wanted = showers(*plain);
    EXPECT_LT(caloforge::test::worst_shower(showers(*native), wanted, some_energies.size()), 2e-5);
    EXPECT_LT(caloforge::test::worst_shower(showers(*rewritten), wanted, some_energies.size()), 2e-5);
}

TEST(TorchBackend, AgreesWithTheEngineOnEveryLayer) {
    for (const auto& [name, spec] : network::test::toy_networks()) {
        SCOPED_TRACE(name);
        expect_agreement(spec);
    }
}

TEST(TorchBackend, AgreesWithTheEngineOnTheGenerator) {
    expect_agreement(network::gan3d_generator(100));
}

TEST(TorchBackend, RowsHaveKeysOfTheirOwn) {
    const auto file = network::test::file_of(network::gan3d_generator(100));
    const auto backend = torch_backend::make(file, "generator", {"cpu", 1, false});
    const std::vector<sample::Key> keys = {{5, 40}, {1, 3}, {5, 2}};
    const std::vector<float> energies = {50, 60, 70};
    const std::size_t cells = backend->outputs()[0].elements();
    std::vector<float> together(3 * cells), alone(cells);
    const std::span<float> all = together, one = alone;
    backend->begin()->run(keys, sample::ColumnsView(3).add("energy", energies), {&all, 1});
    backend->begin()->run({&keys[2], 1}, sample::ColumnsView(1).add("energy", {&energies[2], 1}), {&one, 1});
    EXPECT_LE(caloforge::test::relative_difference(alone, all.subspan(2 * cells)), 1e-5);
}

}  // namespace
}  // namespace caloforge::infer::test
