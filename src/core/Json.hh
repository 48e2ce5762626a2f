#pragma once

#include <nlohmann/json.hpp>

namespace caloforge::core {
/// JSON that keeps the order in which members were added, so that written files read as they were meant.
using Json = nlohmann::ordered_json;

/// As text, with `indent` spaces per level or on one line. Bytes that are no UTF-8 (names of files may hold
/// any) are replaced by U+FFFD.
inline std::string to_text(const Json& json, int indent = -1) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}
}  // namespace caloforge::core
