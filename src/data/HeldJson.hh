#pragma once

#include <filesystem>
#include <string>

#include "core/Json.hh"

namespace caloforge::data {

/// JSON out of an attribute, which may hold anything. Throws InputError naming `what` of `path`.
core::Json parse_held_json(const std::string& text, const std::string& what,
                           const std::filesystem::path& path);

}  // namespace caloforge::data
