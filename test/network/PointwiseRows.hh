#pragma once

#include <algorithm>
#include <vector>

#include "core/Json.hh"
#include "network/PointwiseLayers.hh"

namespace caloforge::network::test {

// Parameters that a row allows, each another.
inline core::Json some_parameters(const PointwiseLayer& row) {
    core::Json out = core::Json::object();
    double value = 0.25;
    for (const auto& parameter : row.parameters)
        out[parameter.name] = std::clamp(value *= 2, parameter.low, parameter.high);
    return out;
}

// The same in the order of the row.
inline std::vector<double> some_values(const PointwiseLayer& row) {
    return row.values({"it", row.type, {}, some_parameters(row)});
}

// A row's expression in double precision.
inline double value_of(const PointwiseLayer& row, const std::vector<double>& parameters, double x) {
    const auto leaf = [&](const Expression& expression) {
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            if (expression.name == row.parameters[i].name) return parameters[i];
        }
        return expression.name.empty() ? expression.number : x;
    };
    return evaluate<double>(row.expression, leaf, apply_to_numbers);
}

}  // namespace caloforge::network::test
