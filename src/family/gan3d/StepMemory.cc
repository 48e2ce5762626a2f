#include "family/gan3d/StepMemory.hh"

namespace caloforge::family::gan3d {
namespace {

/// Numbers made per shower by all layers.
std::uint64_t made(const network::NetworkPlan& plan) {
    std::uint64_t numbers = 0;
    for (const auto& step : plan.steps) {
        std::uint64_t one = 1;
        for (const auto extent : step.plan.output) one *= static_cast<std::uint64_t>(extent);
        numbers += one;
    }
    return numbers;
}

}  // namespace

std::uint64_t predicted_memory(const network::NetworkPlan& generator,
                               const network::NetworkPlan& discriminator, std::size_t showers) {
    constexpr double base = 240e6;       // measured: program, libtorch, weights, transforms' tables
    constexpr double kept_share = 1.47;  // measured: of what is made, together with temporaries
    const auto numbers = static_cast<double>(made(generator) + made(discriminator));
    return static_cast<std::uint64_t>(base +
                                      kept_share * sizeof(float) * numbers * static_cast<double>(showers));
}

}  // namespace caloforge::family::gan3d
