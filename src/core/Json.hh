#pragma once

#include <nlohmann/json.hpp>

namespace caloforge::core {
/// JSON that keeps the order in which members were added, so that written files read as they were meant.
using Json = nlohmann::ordered_json;
}  // namespace caloforge::core
