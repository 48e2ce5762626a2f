#include "network/RandomLayers.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/Random.hh"
#include "network/LayerParameters.hh"

namespace caloforge::network {
namespace {

struct DistributionName {
    core::Noise::Distribution distribution;
    const char* parameter;  ///< the layer's, null where it has none
};

const std::map<std::string, DistributionName>& distributions() {
    using Distribution = core::Noise::Distribution;
    static const std::map<std::string, DistributionName> names{
        {"normal", {Distribution::normal, nullptr}},
        {"uniform", {Distribution::uniform, nullptr}},
        {"gamma", {Distribution::gamma, "concentration"}},
        {"poisson", {Distribution::poisson, "mean"}}};
    return names;
}

constexpr std::size_t most_knots = 32;
constexpr double largest_knot = 100;

// The integral of hat function j (1 at knot j, 0 at the others, constant beyond the ends) from the first
// knot.
double hat_integral(const std::vector<double>& knots, std::size_t j, double to) {
    const std::size_t last = knots.size() - 1;
    double sum = 0;
    if (j > 0) {
        const double h = knots[j] - knots[j - 1], s = std::clamp(to - knots[j - 1], 0.0, h);
        sum += s * s / (2 * h);
    }
    if (j < last) {
        const double h = knots[j + 1] - knots[j], s = std::clamp(to - knots[j], 0.0, h);
        sum += s - s * s / (2 * h);
    }
    if (j == 0) sum += std::min(to - knots[0], 0.0);
    if (j == last) sum += std::max(to - knots[last], 0.0);
    return sum;
}

std::vector<double> rising_numbers(const Layer& layer, const char* name) {
    const auto list = layer.parameters.find(name);
    if (list == layer.parameters.end()) fail(layer, fmt::format("parameter `{}` is missing.", name));
    std::vector<double> out;
    const bool is_list = list->is_array() && list->size() >= 2 && list->size() <= most_knots;
    for (const core::Json& entry : is_list ? *list : core::Json::array()) {
        const auto number = strict_get<double>(entry);
        if (!number || std::abs(*number) > largest_knot || (!out.empty() && *number - out.back() < 1e-3)) {
            out.clear();
            break;
        }
        out.push_back(*number);
    }
    if (out.empty()) {
        fail(layer, fmt::format("parameter `{}` is {}; 2 to {} rising numbers within {} of zero are "
                                "wanted, 0.001 apart or more.",
                                name, list->dump(), most_knots, largest_knot));
    }
    return out;
}

}  // namespace

void check_stream(const Layer& layer, std::int64_t stream, std::int64_t end) {
    if (stream < 0 || stream >= end)
        fail(layer, fmt::format("parameter `stream` is {}; 0 to {} are wanted.", stream, end - 1));
}

LayerPlan plan_random(const Layer& layer, const std::vector<Shape>&) {
    const auto distribution = parameter<std::string>(layer, "distribution");
    const auto found = distributions().find(distribution);
    if (found == distributions().end()) {
        std::vector<std::string> known;
        for (const auto& [name, value] : distributions()) known.push_back(name);
        fail(layer, fmt::format("distribution `{}` is unknown.{}", distribution,
                                core::did_you_mean(distribution, known)));
    }
    for (const auto& [name, other] : distributions()) {
        if (!other.parameter) continue;
        if (name != distribution && layer.parameters.contains(other.parameter))
            fail(layer, fmt::format("parameter `{}` belongs to the distribution `{}`, not to `{}`.",
                                    other.parameter, name, distribution));
    }
    if (const char* key = found->second.parameter) {
        const auto value = parameter<double>(layer, key);
        if (!(value >= core::Noise::least_parameter && value <= core::Noise::largest_parameter)) {
            fail(layer, fmt::format("parameter `{}` is {}; {} to {} are wanted.", key, value,
                                    core::Noise::least_parameter, core::Noise::largest_parameter));
        }
    }
    check_stream(layer, parameter<std::int64_t>(layer, "stream"), core::first_condition_stream);
    const Shape shape = extents(layer, "shape", 0, 1);
    if (distribution == "gamma" && element_count(shape) > core::Noise::largest_gamma_count)
        fail(layer, fmt::format("shape {} is too large for gamma noise ({} elements).", to_string(shape),
                                core::Noise::largest_gamma_count));
    return {shape, {}, 0};
}

core::Noise noise_of(const Layer& layer) {
    const DistributionName& found = distributions().at(layer.parameters.at("distribution"));
    return core::Noise(found.distribution,
                       found.parameter ? layer.parameters.at(found.parameter).get<double>() : 0.0);
}

LayerPlan plan_sample(const Layer& layer, const std::vector<Shape>& in) {
    const std::vector<double> knots = rising_numbers(layer, "knots");
    const bool bent = layer.parameters.contains("from");
    if (bent != layer.parameters.contains("to"))
        fail(layer, "parameters `from` and `to` come together or not at all.");
    if (bent) {
        const auto from = rising_numbers(layer, "from"), to = rising_numbers(layer, "to");
        if (from.size() != to.size()) {
            fail(layer, fmt::format("parameters `from` and `to` hold {} and {} numbers; as many are wanted.",
                                    from.size(), to.size()));
        }
    }
    const bool zeros = parameter_or(layer, "zeros", true);
    const auto wanted = static_cast<std::int64_t>(knots.size()) + (zeros ? 2 : 1);
    if (in[0][0] != wanted) {
        fail(layer, fmt::format("its first input has shape {}; with {} knots {} parameters are wanted along "
                                "the first axis.",
                                to_string(in[0]), knots.size(), wanted));
    }
    Shape out = in[0];
    out[0] = 1;
    if (in[1] != out) {
        fail(layer, fmt::format("its second input, the uniform numbers, has shape {}; {} is wanted.",
                                to_string(in[1]), to_string(out)));
    }
    return {out, {}, element_count(in[0])};
}

LayerPlan plan_choose(const Layer& layer, const std::vector<Shape>& in) {
    if (in[0][0] < 2)
        fail(layer,
             fmt::format("its first input has shape {}; 2 choices or more are wanted along the first axis.",
                         to_string(in[0])));
    Shape out = in[0];
    out[0] = 1;
    // One distribution may be drawn from many times.
    const bool shared = element_count(out) == 1 && in[1].size() == out.size() && in[1][0] == 1;
    if (in[1] != out && !shared) {
        fail(layer, fmt::format("its second input, the uniform numbers, has shape {}; {} is wanted.",
                                to_string(in[1]), to_string(out)));
    }
    return {in[1], {}, in[0][0] * element_count(in[1])};
}

SampleRule sample_rule(const Layer& layer) {
    SampleRule rule;
    rule.knots = layer.parameters.at("knots").get<std::vector<double>>();
    for (std::size_t j = 0; j < rule.knots.size(); ++j)
        rule.to_zero.push_back(hat_integral(rule.knots, j, 0));
    rule.zeros = layer.parameters.value("zeros", true);
    rule.from = layer.parameters.value("from", std::vector<double>{});
    rule.to = layer.parameters.value("to", std::vector<double>{});
    return rule;
}

std::vector<double> SampleRule::bends_of(const std::vector<double>& from, const std::vector<double>& to) {
    std::vector<double> out;
    double before = 1;
    for (std::size_t j = 0; j < from.size(); ++j) {
        const double slope = j + 1 < from.size() ? (to[j + 1] - to[j]) / (from[j + 1] - from[j]) : 1.0;
        out.push_back(slope - before);
        before = slope;
    }
    return out;
}

}  // namespace caloforge::network
