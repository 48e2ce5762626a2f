#include "core/Shipped.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/Error.hh"
#include "core/Suggest.hh"
#include "core/Version.hh"

namespace caloforge::core {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> folders(const ShippedKind& kind) {
    std::vector<fs::path> out;
    if (const char* own = std::getenv("CALOFORGE_DATA_DIR"); own != nullptr && *own != '\0')
        out.emplace_back(own);
    // `cmake --install --prefix X` may put the program anywhere: the data folder is found from where it lies.
    std::error_code unknown;
    const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
    if (!unknown) {
        const fs::path above = program.parent_path().parent_path();
        out.emplace_back(above / "share" / "caloforge");
        out.emplace_back(above);  // the build folder, for what the build makes
    }
    out.emplace_back(source_dir);
    for (auto& folder : out) folder /= kind.folder;
    return out;
}

}  // namespace

std::vector<std::string> shipped_names(const ShippedKind& kind) {
    std::vector<std::string> names;
    for (const auto& folder : folders(kind)) {
        std::error_code missing;
        for (const auto& entry : fs::directory_iterator(folder, missing)) {
            if (entry.path().extension() == kind.extension) names.push_back(entry.path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

fs::path find_shipped(const ShippedKind& kind, const std::string& name_or_file) {
    if (name_or_file.ends_with(kind.extension) || name_or_file.find('/') != std::string::npos)
        return name_or_file;
    for (const auto& folder : folders(kind)) {
        const fs::path path = folder / (name_or_file + kind.extension);
        std::error_code unreadable;
        if (fs::is_regular_file(path, unreadable)) return path;
    }
    throw InputError(fmt::format("no {} `{}` ships with Caloforge (a file of your own ends in {}).{}",
                                 kind.what, name_or_file, kind.extension,
                                 did_you_mean(name_or_file, shipped_names(kind))));
}

}  // namespace caloforge::core
