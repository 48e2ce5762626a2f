#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/Json.hh"
#include "network/NetworkSpec.hh"

namespace caloforge::network {

/// `json` as T, or nothing when it is anything else. The JSON library alone would read 2.7 or `true` as a
/// whole number and wrap those that do not fit 64 bits.
template <class T>
std::optional<T> strict_get(const core::Json& json) {
    if constexpr (std::is_same_v<T, std::int64_t>) {
        if (!json.is_number_integer()) return std::nullopt;
        constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
        if (json.is_number_unsigned() && json.get<std::uint64_t>() > largest) return std::nullopt;
        return json.get<std::int64_t>();
    } else if constexpr (std::is_same_v<T, double>) {
        return json.is_number() ? std::optional(json.get<double>()) : std::nullopt;
    } else if constexpr (std::is_same_v<T, Shape>) {
        if (!json.is_array()) return std::nullopt;
        Shape shape;
        for (const auto& entry : json) {
            const auto extent = strict_get<std::int64_t>(entry);
            if (!extent) return std::nullopt;
            shape.push_back(*extent);
        }
        return shape;
    } else {
        try {
            return json.get<T>();
        } catch (const core::Json::exception&) {
            return std::nullopt;
        }
    }
}

/// The JSON object that `text` is, or nothing: no JSON, no object, or nested so deeply (over 64 levels) that
/// printing or copying it would need an absurd stack.
std::optional<core::Json> parse_object(std::string_view text);

}  // namespace caloforge::network
