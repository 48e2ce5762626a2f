#include "data/ShowerSet.hh"

#include <fmt/format.h>

#include "core/Error.hh"
#include "core/Glob.hh"

namespace caloforge::data {
namespace {

std::string describe(Layout layout, const geometry::ReadoutGrid& grid) {
    return fmt::format("{} showers of {}x{}x{} cells", to_string(layout), grid.nx, grid.ny, grid.nz);
}

}  // namespace

ShowerSet ShowerSet::open(const std::vector<std::filesystem::path>& paths, ReadOptions options) {
    if (paths.empty())
        throw core::InputError("no shower file was given (nothing to read). Name at least one?");
    ShowerSet set;
    set.options_ = options;
    for (const auto& path : paths) {
        const ShowerFile file(path, options);
        if (set.shards_.empty()) {
            set.grid_ = file.grid();
            set.layout_ = file.layout();
        } else if (file.layout() != set.layout_ || !file.grid().same_shape(set.grid_)) {
            throw core::InputError(
                fmt::format("{} holds {}, {} holds {} (the files of a set are of one shape). Does the "
                            "pattern match too much?",
                            path.string(), describe(file.layout(), file.grid()), paths.front().string(),
                            describe(set.layout_, set.grid_)));
        }
        set.shards_.push_back({path, set.size_, file.size()});
        set.size_ += file.size();
    }
    if (set.size_ == 0) {
        throw core::InputError(
            fmt::format("{} holds no shower, nor does any other file of the set", paths.front().string()));
    }
    return set;
}

ShowerSet ShowerSet::glob(const std::vector<std::string>& patterns, ReadOptions options) {
    return open(core::expand_globs(patterns), options);
}

std::string ShowerSet::sizes() const {
    std::string out;
    for (const Shard& shard : shards_) out += (out.empty() ? "" : " ") + std::to_string(shard.size);
    return out;
}

}  // namespace caloforge::data
