// How a weights file writes what its model is conditioned on (doc/format/weights.md).
#include <fmt/format.h>

#include <cmath>

#include "core/Error.hh"
#include "sample/ConditionSpace.hh"

namespace caloforge::sample {
namespace {

using core::InputError;
using core::Json;

[[noreturn]] void refuse(const Field& field, const std::string& problem) {
    throw InputError(
        fmt::format("the model takes `{}` but does not say which values it was trained on "
                    "(`conditions.{}` of its document: {}). Is the file damaged?",
                    field.name, field.name, problem));
}

std::vector<double> numbers(const Field& field, const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end()) refuse(field, fmt::format("`{}` is missing", key));
    std::vector<double> out;
    // A single number stands for itself.
    for (const Json& one : found->is_array() ? *found : Json::array({*found})) {
        if (!one.is_number()) refuse(field, fmt::format("`{}` is not made of numbers", key));
        out.push_back(one.get<double>());
    }
    return out;
}

Condition read(const Field& field, const Json& conditions) {
    const auto found = conditions.is_object() ? conditions.find(field.name) : conditions.end();
    if (!conditions.is_object() || found == conditions.end() || !found->is_object())
        refuse(field, "there is none");
    const Json& json = *found;
    Condition out;
    out.field = field;
    if (json.contains("values")) {
        out.values = numbers(field, json, "values");
        if (out.values.empty()) refuse(field, "`values` is empty");
    } else if (json.contains("half_x")) {  // as written up to 0.1
        for (const char* key : {"half_x", "half_y"}) {
            const auto half = numbers(field, json, key);
            if (half.size() != 1) refuse(field, fmt::format("`{}` is no number", key));
            out.ranges.push_back({-half[0], half[0]});
        }
    } else {
        const auto low = numbers(field, json, "low"), high = numbers(field, json, "high");
        if (low.size() != high.size()) refuse(field, "`low` and `high` are not equally long");
        for (std::size_t i = 0; i < low.size(); ++i) out.ranges.push_back({low[i], high[i]});
    }
    const Json draw = json.value("draw", Json("uniform"));
    if (draw != "uniform" && draw != "log") refuse(field, fmt::format("`draw` is {}", draw.dump()));
    out.log = draw == "log";
    out.margin = trained_over(field, {}).margin;
    if (json.contains("margin")) {
        const auto margin = numbers(field, json, "margin");
        if (margin.size() != 1) refuse(field, "`margin` is no number");
        out.margin = margin[0];
    }
    if (field.name == energy_field.name && !(out.ranges.size() == 1 && out.ranges[0].low > 0) &&
        out.values.empty())
        refuse(field, "energies are positive");
    return out;
}

}  // namespace

ConditionSpace::ConditionSpace(const Json& conditions, const Fields& inputs) {
    std::vector<Condition> list;
    for (const Field& field : inputs) list.push_back(read(field, conditions));
    *this = ConditionSpace(std::move(list));
}

Json ConditionSpace::json() const {
    Json out = Json::object();
    for (const Condition& condition : list_) {
        Json one = {{"unit", condition.field.unit}, {"margin", condition.margin}};
        if (!condition.values.empty()) {
            one["values"] = condition.values;
        } else {
            for (const auto& [low, high] : condition.ranges) {
                one["low"].push_back(low);
                one["high"].push_back(high);
            }
            one["draw"] = condition.log ? "log" : "uniform";
        }
        out[condition.field.name] = std::move(one);
    }
    return out;
}

}  // namespace caloforge::sample
