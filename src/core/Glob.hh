#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace caloforge::core {

/// The files that the patterns name (shell wildcards, `**/` for any number of folders, `**` at the end for
/// all files in them, links not followed), sorted within each pattern. A name that exists stands for itself.
/// Each file counts once, whatever its names: of links and other spellings a warning tells. Throws InputError
/// for a pattern that matches nothing, and for a folder that would have to be looked into and cannot be read.
std::vector<std::filesystem::path> expand_globs(const std::vector<std::string>& patterns);

}  // namespace caloforge::core
