#include "sample/Constant.hh"

#include <fmt/format.h>

#include <cmath>

#include "core/Error.hh"

namespace caloforge::sample {
namespace {

using core::InputError;
using core::Json;

constexpr std::size_t most_numbers = 1 << 16;

[[noreturn]] void refuse(const std::string& name, const std::string& problem) {
    throw InputError(fmt::format("`constants.{}` of the model's document: {}. Is the file damaged?",
                                 name.substr(0, 100), problem));
}

}  // namespace

Json json(const std::vector<Constant>& constants) {
    Json out = Json::object();
    for (const Constant& constant : constants)
        out[constant.field.name] = {{"unit", constant.field.unit}, {"value", constant.value}};
    return out;
}

std::vector<Constant> constants_from_json(const Json& json) {
    if (!json.is_object())
        throw InputError("`constants` of the model's document is no object. Is the file damaged?");
    std::vector<Constant> out;
    for (const auto& [name, entry] : json.items()) {
        const auto member = [&, &entry = entry, &name = name](const char* key) {
            const auto found = entry.is_object() ? entry.find(key) : entry.end();
            if (!entry.is_object() || found == entry.end()) refuse(name, fmt::format("`{}` is missing", key));
            return *found;
        };
        const Json unit = member("unit"), value = member("value");
        if (!unit.is_string()) refuse(name, "`unit` is no text");
        if (!value.is_array() || value.empty() || value.size() > most_numbers)
            refuse(name, "`value` is no list of numbers");
        Constant constant{{name, {static_cast<std::int64_t>(value.size())}, unit.get<std::string>()}, {}};
        for (const Json& number : value) {
            if (!number.is_number()) refuse(name, "`value` is no list of numbers");
            constant.value.push_back(number.get<float>());
            if (!std::isfinite(constant.value.back())) refuse(name, "`value` is not finite");
        }
        out.push_back(std::move(constant));
    }
    return out;
}

}  // namespace caloforge::sample
