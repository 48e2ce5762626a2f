#include "data/ShowerSet.hh"

#include <fmt/format.h>

#include <numeric>

#include "core/Error.hh"
#include "core/Glob.hh"
#include "core/Hash.hh"

namespace caloforge::data {
namespace {

/// Showers read at a time by passes over the whole set; 8 MB of 25x25x25 cells.
constexpr std::size_t pass_batch = 128;

std::string describe(Layout layout, const geometry::ReadoutGrid& grid) {
    return fmt::format("{} showers of {}x{}x{} cells", to_string(layout), grid.nx, grid.ny, grid.nz);
}

template <class T>
void add_values(core::Hash& hash, const std::vector<T>& values) {
    hash.add(std::as_bytes(std::span(values)));
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

std::string ShowerSet::fingerprint() const {
    core::Hash hash;
    std::vector<std::uint64_t> shape = {grid_.nx, grid_.ny, grid_.nz, shards_.size()};
    for (const Shard& shard : shards_) shape.push_back(shard.size);
    add_values(hash, shape);
    std::vector<float> sums;
    for_each_batch(pass_batch, [&](const ShowerBatch& batch, std::size_t) {
        sums.clear();
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto cells = batch.shower(i);
            // Rounded to float, so that it does not hang on the order in which a compiler adds.
            sums.push_back(static_cast<float>(std::accumulate(cells.begin(), cells.end(), 0.0)));
        }
        add_values(hash, batch.incident);
        add_values(hash, sums);
    });
    return hash.hex();
}

}  // namespace caloforge::data
