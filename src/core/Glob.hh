#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace caloforge::core {

/// The files that the patterns name (shell wildcards), sorted within each pattern, each once. Throws
/// InputError for a pattern that matches nothing.
std::vector<std::filesystem::path> expand_globs(const std::vector<std::string>& patterns);

}  // namespace caloforge::core
