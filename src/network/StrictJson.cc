#include "network/StrictJson.hh"

namespace caloforge::network {
namespace {

using core::Json;

constexpr int deepest = 64;
struct TooDeep {};

}  // namespace

std::optional<Json> parse_object(std::string_view text) {
    const auto check_depth = [](int depth, Json::parse_event_t, Json&) {
        if (depth > deepest) throw TooDeep{};
        return true;
    };
    try {
        Json json = Json::parse(text.begin(), text.end(), check_depth, false);
        return json.is_object() ? std::optional(std::move(json)) : std::nullopt;
    } catch (const TooDeep&) {
        return std::nullopt;
    }
}

}  // namespace caloforge::network
