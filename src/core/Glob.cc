#include "core/Glob.hh"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>

#include "core/Error.hh"

namespace caloforge::core {

std::vector<std::filesystem::path> expand_globs(const std::vector<std::string>& patterns) {
    std::vector<std::filesystem::path> out;
    for (const auto& pattern : patterns) {
        glob_t matches{};
        const int status = ::glob(pattern.c_str(), GLOB_BRACE | GLOB_TILDE, nullptr, &matches);
        for (std::size_t i = 0; status == 0 && i < matches.gl_pathc; ++i) {
            const std::filesystem::path path = matches.gl_pathv[i];
            if (std::find(out.begin(), out.end(), path) == out.end()) out.push_back(path);
        }
        ::globfree(&matches);
        if (status != 0) {
            throw InputError(
                fmt::format("no file matches {} (looked from {}). Is the path right, and the pattern "
                            "in quotes?",
                            pattern, std::filesystem::current_path().string()));
        }
    }
    return out;
}

}  // namespace caloforge::core
