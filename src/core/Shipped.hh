#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace caloforge::core {

/// A kind of file that ships with the tool, found by name: in $CALOFORGE_DATA_DIR, the installed data folder,
/// the build folder or the source tree, in this order.
struct ShippedKind {
    std::string what;       ///< "detector"
    std::string folder;     ///< "detectors"
    std::string extension;  ///< ".toml"
};

/// `name_or_file` itself when it ends in the extension or holds a '/', else the shipped file of that name.
/// Throws InputError with the nearest name.
std::filesystem::path find_shipped(const ShippedKind& kind, const std::string& name_or_file);

/// Sorted names.
std::vector<std::string> shipped_names(const ShippedKind& kind);

}  // namespace caloforge::core
