#include "generate/Backend.hh"

#include <gtest/gtest.h>

#include <cstring>

#include "core/Difference.hh"
#include "network/Gan3d.hh"
#include "network/Toy.hh"

namespace caloforge::generate {
namespace {

const std::vector<float> some_energies = {10,  400, 20,  30,  55,  60,  70,  80,  90,  100, 110,
                                          120, 130, 140, 150, 160, 170, 180, 190, 200, 210};

std::vector<float> showers(Backend& backend, std::size_t cells) {
    std::vector<float> out(some_energies.size() * cells);
    backend.run(5, 0, some_energies, out);
    return out;
}

/// The engine and libtorch with the rewritten network against libtorch with the network as written.
void expect_agreement(const network::NetworkSpec& spec) {
    const auto file = network::test::file_of(spec);
    const auto cells = static_cast<std::size_t>(network::element_count(spec.outputs[0].shape));
    const auto native = make_native_backend(file, 1), plain = make_torch_backend(file, "cpu", 1),
               rewritten = make_rewritten_torch_backend(file, "cpu", 1);
    const auto wanted = showers(*plain, cells);
    EXPECT_LT(caloforge::test::worst_shower(showers(*native, cells), wanted, some_energies.size()), 2e-5);
    EXPECT_LT(caloforge::test::worst_shower(showers(*rewritten, cells), wanted, some_energies.size()), 2e-5);
}

TEST(Backend, AllAgreeOnEveryLayer) {
    for (const auto& [name, spec] : network::test::toy_networks()) {
        SCOPED_TRACE(name);
        expect_agreement(spec);
    }
}

/// However the engine's threads share a batch.
TEST(Backend, TheEngineMakesTheSameBitsOnEveryNumberOfThreads) {
    const auto file = network::test::file_of(network::gan3d_generator(100));
    constexpr std::size_t cells = 25 * 25 * 25;
    std::vector<float> incident(40);
    for (std::size_t i = 0; i < incident.size(); ++i) incident[i] = 10 + 12 * static_cast<float>(i);
    std::vector<float> wanted(incident.size() * cells);
    make_native_backend(file, 1)->run(5, 0, incident, wanted);
    for (const int threads : {1, 2, 3, 5}) {
        const auto backend = make_native_backend(file, threads);
        for (const std::size_t batch : {1, 7, 8, 17, 40}) {
            std::vector<float> made(batch * cells);
            backend->run(5, 0, std::span(incident).first(batch), made);
            EXPECT_EQ(std::memcmp(made.data(), wanted.data(), made.size() * sizeof(float)), 0)
                << batch << " showers on " << threads << " threads";
        }
    }
}

TEST(Backend, AllAgreeOnTheGenerator) {
    expect_agreement(network::gan3d_generator(100));
}

}  // namespace
}  // namespace caloforge::generate
