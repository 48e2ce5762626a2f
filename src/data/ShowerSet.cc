#include "data/ShowerSet.hh"

#include <fmt/format.h>

#include <set>

#include "core/Error.hh"
#include "core/Glob.hh"

namespace caloforge::data {
namespace {

std::string describe(Layout layout, const geometry::Readout& readout) {
    return fmt::format("{} showers of {}", to_string(layout), readout.text());
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
            set.readout_ = file.readout();
            set.layout_ = file.layout();
            set.conditions_ = file.conditions();
        } else if (set.readout_.differs_in_size(file.readout())) {
            throw core::InputError(fmt::format(
                "{} states cells of {}, {} of {} (the files of a set are of one detector). Does the pattern "
                "match too much?",
                path.string(), file.readout().size_text(), paths.front().string(), set.readout_.size_text()));
        } else if (file.layout() != set.layout_ || !file.readout().same_shape(set.readout_)) {
            throw core::InputError(
                fmt::format("{} holds {}, {} holds {} (the files of a set are of one shape). Does the "
                            "pattern match too much?",
                            path.string(), describe(file.layout(), file.readout()), paths.front().string(),
                            describe(set.layout_, set.readout_)));
        }
        const sample::Fields known = file.conditions();
        std::erase_if(set.conditions_, [&](const sample::Field& field) {
            return std::ranges::find(known, field) == known.end();
        });
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

std::vector<float> ShowerSet::values_of(const std::string& condition, std::size_t most) const {
    const sample::Field* field = sample::find(conditions_, condition);
    std::set<float> seen;
    for (const Shard& shard : shards_) {
        if (!field || field->elements() != 1) break;
        for (const float value : ShowerFile(shard.path, options_).read_condition(condition)) {
            if (seen.size() < most) seen.insert(value);
        }
    }
    return {seen.begin(), seen.end()};
}

void ShowerSet::keep_common(ShowerBatch& batch) const {
    if (batch.conditions.fields() == conditions_) return;
    sample::Columns common(batch.size());
    for (const sample::Field& field : conditions_)
        std::ranges::copy(std::as_const(batch.conditions).values(field.name), common.add(field).begin());
    batch.conditions = std::move(common);
}

std::string ShowerSet::sizes() const {
    std::string out;
    for (const Shard& shard : shards_) out += (out.empty() ? "" : " ") + std::to_string(shard.size);
    return out;
}

}  // namespace caloforge::data
