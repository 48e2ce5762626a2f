#include "generate/Backend.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "network/Gan3d.hh"
#include "network/Toy.hh"

namespace caloforge::generate {
namespace {

const std::vector<float> some_energies = {10,  400, 20,  30,  55,  60,  70,  80,  90,  100, 110,
                                          120, 130, 140, 150, 160, 170, 180, 190, 200, 210};

/// Largest difference of a shower's cells, relative to its largest.
double worst_difference(const std::vector<float>& a, const std::vector<float>& b, std::size_t showers) {
    double worst = 0;
    const std::size_t cells = a.size() / showers;
    for (std::size_t i = 0; i < showers; ++i) {
        double difference = 0, largest = 0;
        for (std::size_t c = i * cells; c < (i + 1) * cells; ++c) {
            difference = std::max(difference, std::abs(static_cast<double>(a[c]) - b[c]));
            largest = std::max(largest, std::abs(static_cast<double>(b[c])));
        }
        worst = std::max(worst, difference / largest);
    }
    return worst;
}

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
    EXPECT_LT(worst_difference(showers(*native, cells), wanted, some_energies.size()), 2e-5);
    EXPECT_LT(worst_difference(showers(*rewritten, cells), wanted, some_energies.size()), 2e-5);
}

TEST(Backend, AllAgreeOnEveryLayer) {
    for (const auto& [name, spec] : network::test::toy_networks()) {
        SCOPED_TRACE(name);
        expect_agreement(spec);
    }
}

TEST(Backend, AllAgreeOnTheGenerator) {
    expect_agreement(network::gan3d_generator(100));
}

}  // namespace
}  // namespace caloforge::generate
