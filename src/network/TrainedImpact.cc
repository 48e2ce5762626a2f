#include "network/TrainedImpact.hh"

#include <algorithm>
#include <cmath>

#include "core/Error.hh"
#include "core/Random.hh"
#include "network/StrictJson.hh"

namespace caloforge::network {

bool takes_impact(const NetworkSpec& spec) {
    return std::any_of(spec.inputs.begin(), spec.inputs.end(),
                       [](const Port& port) { return port.name == "impact"; });
}

TrainedImpact::TrainedImpact(const core::Json& document) {
    const auto half = [&](const char* key) {
        try {
            const auto value = strict_get<double>(document.at("conditions").at("impact").at(key));
            if (value && std::isfinite(*value) && *value >= 0) return *value;
        } catch (const core::Json::exception&) {
            // falls through to the message
        }
        throw core::InputError(
            "the model takes an impact point but does not say which it was trained on "
            "(`conditions.impact.half_x`, `half_y`, mm). Is the file damaged?");
    };
    half_x_ = half("half_x");
    half_y_ = half("half_y");
}

bool TrainedImpact::hold(double x, double y) const {
    constexpr double slack = 1.01;
    return std::abs(x) <= slack * half_x_ && std::abs(y) <= slack * half_y_;
}

std::array<float, 2> TrainedImpact::draw(std::uint64_t seed, std::uint64_t shower) const {
    const core::RandomStream random(seed, shower, core::impact_stream);
    return {static_cast<float>((2 * random.uniform_at(0) - 1) * half_x_),
            static_cast<float>((2 * random.uniform_at(1) - 1) * half_y_)};
}

}  // namespace caloforge::network
