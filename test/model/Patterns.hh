#pragma once

#include <cmath>
#include <cstring>
#include <vector>

#include "model/Network.hh"
#include "network/NetworkPlan.hh"

namespace caloforge::model::test {

/// The closed formula of scripts/reference_3dgan.py: numbers that look random in [-scale, scale].
inline std::vector<float> pattern(std::size_t count, double number, double scale, double offset = 0) {
    std::vector<float> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double u = std::sin(12.9898 * static_cast<double>(i) + 78.233 * (number + 1.0)) * 43758.5453;
        out[i] = static_cast<float>(offset + static_cast<float>(scale * (2.0 * (u - std::floor(u)) - 1.0)));
    }
    return out;
}

/// Fills every tensor of a network with the pattern, in the order of its layers, as the script does.
inline void fill(Network& network) {
    network::WeightsFile file;
    file.document["networks"] = core::Json::object();
    network.store("it", file);
    const auto plan = network::plan_network(network.spec());
    int number = 0;
    for (const auto& step : plan.steps) {
        for (const auto& tensor : step.plan.tensors) {
            auto& stored = file.tensors.at("it." + step.layer->name + "." + tensor.role);
            const bool weight = tensor.role == "weight";
            const bool around_one = tensor.role == "gain" || tensor.role == "variance";
            const double fan_in = static_cast<double>(network::element_count(tensor.shape) / tensor.shape[0]);
            const auto values = pattern(stored.bytes.size() / sizeof(float), number++,
                                        weight ? std::sqrt(3.0 / fan_in) : 0.1, around_one ? 1.0 : 0.0);
            std::memcpy(stored.bytes.data(), values.data(), stored.bytes.size());
        }
    }
    network.load("it", file);
}

}  // namespace caloforge::model::test
