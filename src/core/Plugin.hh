#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace caloforge::core {

/// A part of Caloforge that is loaded when it is asked for, by its file's name: beside the program, where it
/// is built, or in ../lib/caloforge, where it is installed. Nothing where it is not there.
std::optional<std::filesystem::path> find_plugin(const std::string& name);

}  // namespace caloforge::core
