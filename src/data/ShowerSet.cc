#include "data/ShowerSet.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

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
        const auto all = ShowerFile(shard.path, options_).read_condition(condition);
        for (const float value : std::span(all).subspan(shard.skip, shard.size)) {
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

std::size_t ShowerSet::files() const {
    std::set<std::filesystem::path> paths;
    for (const Shard& shard : shards_) paths.insert(shard.path);
    return paths.size();
}

void ShowerSet::add_part(const ShowerSet& whole, std::size_t first, std::size_t last) {
    for (const Shard& shard : whole.shards_) {
        const std::size_t begin = std::max(first, shard.first),
                          end = std::min(last, shard.first + shard.size);
        if (begin >= end) continue;
        shards_.push_back({shard.path, size_, end - begin, shard.skip + begin - shard.first});
        size_ += end - begin;
    }
}

ShowerSet::Parts ShowerSet::split(std::size_t held_out) const {
    // Stretches long enough to be read in one go, as those of an epoch are (EpochOrder::block_showers).
    constexpr std::size_t taken_at_once = 64;
    const std::size_t take = std::min(held_out, size_ - 1);
    const std::size_t stretches = (take + taken_at_once - 1) / taken_at_once;
    Parts parts{*this, *this};
    for (ShowerSet* part : {&parts.rest, &parts.held_out}) {
        part->shards_.clear();
        part->size_ = 0;
    }
    for (std::size_t i = 0; i < stretches; ++i) {
        const std::size_t begin = i * size_ / stretches, end = (i + 1) * size_ / stretches;
        const std::size_t kept = end - ((i + 1) * take / stretches - i * take / stretches);
        parts.rest.add_part(*this, begin, kept);
        parts.held_out.add_part(*this, kept, end);
    }
    if (stretches == 0) parts.rest = *this;
    return parts;
}

std::string ShowerSet::sizes() const {
    std::string out;
    for (const Shard& shard : shards_) out += (out.empty() ? "" : " ") + std::to_string(shard.size);
    return out;
}

}  // namespace caloforge::data
