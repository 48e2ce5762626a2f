#include "data/ShowerSet.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>

#include "core/Error.hh"
#include "core/Glob.hh"

namespace caloforge::data {
namespace {

std::string describe(Layout layout, const geometry::Readout& readout) {
    return fmt::format("{} showers of {}", to_string(layout), readout.text());
}

// Ends of a range may have been rounded to float32.
bool holds(const ConditionCut& cut, float value) {
    constexpr double rounding = 1e-6;
    const auto equal = [](double a, double b) {
        return std::abs(a - b) <= rounding * std::max(std::abs(a), std::abs(b));
    };
    const double exact = value;
    if (!cut.values.empty())
        return std::ranges::any_of(cut.values, [&](double one) { return equal(one, exact); });
    return (exact >= cut.low || equal(exact, cut.low)) && (exact <= cut.high || equal(exact, cut.high));
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
                "{} and {} state other cells ({}; the files of a set are of one detector). Does the pattern "
                "match too much?",
                paths.front().string(), path.string(), set.readout_.difference(file.readout())));
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
        set.shards_.push_back({path, set.size_, file.size(), 0, {}});
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
    if (!field || field->elements() != 1) return {};
    std::set<float> seen;
    for (const float value : read_condition(condition)) {
        if (seen.size() < most) seen.insert(value);
    }
    return {seen.begin(), seen.end()};
}

std::vector<float> ShowerSet::read_condition(const std::string& condition) const {
    const sample::Field* field = sample::find(conditions_, condition);
    std::vector<float> out;
    for (const Shard& shard : shards_) {
        const std::vector<float> all = ShowerFile(shard.path, options_).read_condition(condition);
        const std::size_t width = field ? static_cast<std::size_t>(field->elements()) : 1;
        if (shard.chosen.empty()) {
            const auto part = std::span(all).subspan(shard.skip * width, shard.size * width);
            out.insert(out.end(), part.begin(), part.end());
            continue;
        }
        for (const std::uint32_t i : shard.chosen) {
            const auto one = std::span(all).subspan(i * width, width);
            out.insert(out.end(), one.begin(), one.end());
        }
    }
    return out;
}

ShowerSet ShowerSet::select(const std::vector<ConditionCut>& cuts) const {
    std::vector<bool> kept(size_, true);
    std::string asked;
    for (const ConditionCut& cut : cuts) {
        const sample::Field* field = sample::find(conditions_, cut.condition);
        if (!field || cut.element >= field->elements()) {
            throw core::InputError(
                fmt::format("{} does not say `{}` of its showers, which are to be chosen by {}. Leave the "
                            "choice out?",
                            shards_.front().path.string(), cut.condition, cut.text));
        }
        const std::vector<float> values = read_condition(cut.condition);
        for (std::size_t i = 0; i < size_; ++i)
            if (!holds(cut, values[i * field->elements() + cut.element])) kept[i] = false;
        asked += (asked.empty() ? "" : " and ") + cut.text;
    }
    ShowerSet out = *this;
    out.shards_.clear();
    out.size_ = 0;
    for (const Shard& shard : shards_) {
        Shard part{shard.path, out.size_, 0, 0, {}};
        for (std::size_t i = 0; i < shard.size; ++i) {
            if (kept[shard.first + i])
                part.chosen.push_back(shard.chosen.empty() ? static_cast<std::uint32_t>(shard.skip + i)
                                                           : shard.chosen[i]);
        }
        if (part.chosen.empty()) continue;
        part.size = part.chosen.size();
        out.size_ += part.size;
        out.shards_.push_back(std::move(part));
    }
    if (out.size_ > 0) return out;
    throw core::InputError(fmt::format("no shower of {}{} has {}. Choose others?",
                                       shards_.front().path.string(),
                                       shards_.size() > 1 ? " and the files beside it" : "", asked));
}

void ShowerSet::read(const Shard& shard, ShowerFile& file, std::size_t first, std::size_t most,
                     ShowerBatch& batch) {
    if (shard.chosen.empty()) return file.read(shard.skip + first, most, batch);
    const std::size_t begin = shard.chosen[first];
    std::size_t last = first;
    while (last + 1 < shard.size && last + 1 < first + most && shard.chosen[last + 1] - begin < most) ++last;
    file.read(begin, shard.chosen[last] - begin + 1, batch);
    const std::size_t cells = batch.readout.cells(), count = last - first + 1;
    sample::Columns conditions(count, batch.conditions.fields());
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t from = shard.chosen[first + i] - begin;
        conditions.copy_row(i, batch.conditions, from);
        std::copy_n(batch.cells.begin() + static_cast<std::ptrdiff_t>(from * cells), cells,
                    batch.cells.begin() + static_cast<std::ptrdiff_t>(i * cells));
    }
    batch.conditions = std::move(conditions);
    batch.cells.resize(count * cells);
}

void ShowerSet::read(std::size_t shower, ShowerBatch& batch) const {
    const auto behind =
        std::ranges::upper_bound(shards_, shower, {}, [](const Shard& shard) { return shard.first; });
    const Shard& shard = *std::prev(behind);
    ShowerFile file(shard.path, options_);
    read(shard, file, shower - shard.first, 1, batch);
    keep_common(batch);
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
        Shard part{shard.path, size_, end - begin, shard.skip + begin - shard.first, {}};
        if (!shard.chosen.empty()) {
            const auto chosen = std::span(shard.chosen).subspan(begin - shard.first, end - begin);
            part.skip = 0;
            part.chosen.assign(chosen.begin(), chosen.end());
        }
        size_ += part.size;
        shards_.push_back(std::move(part));
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
