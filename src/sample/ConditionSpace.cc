#include "sample/ConditionSpace.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <set>

#include "core/Error.hh"
#include "core/Random.hh"
#include "core/Suggest.hh"
#include "sample/Distribution.hh"

namespace caloforge::sample {
namespace {

using core::InputError;

std::string number_text(const std::vector<std::string>& each, const std::string& unit) {
    return fmt::format("{}{}", fmt::join(each, ", "), unit == "1" ? "" : " " + unit);
}

void check(const Condition& condition) {
    const auto refuse = [&](const char* problem) {
        throw InputError(
            fmt::format("condition `{}` {}. Is the file damaged?", condition.field.name, problem));
    };
    const std::size_t width = condition.field.elements();
    if (condition.values.empty() && condition.ranges.size() != width)
        refuse("has not one range for each of its numbers");
    if (!condition.values.empty() && (width != 1 || !condition.ranges.empty()))
        refuse("is a set of values, but has several numbers or ranges");
    for (const auto& [low, high] : condition.ranges) {
        if (!std::isfinite(low) || !std::isfinite(high) || low > high || (condition.log && !(low > 0)))
            refuse("has a range that is none");
    }
    for (const double value : condition.values) {
        if (!std::isfinite(value)) refuse("has a value that is no number");
    }
    if (!(condition.margin >= 0 && condition.margin < 1)) refuse("has a margin that makes no sense");
}

}  // namespace

bool Condition::hold(std::span<const float> value) const {
    assert(value.size() == field.elements());
    if (!values.empty()) return std::find(values.begin(), values.end(), value[0]) != values.end();
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const auto [low, high] = ranges[i];
        const double more = margin * (high - low);
        if (!(value[i] >= low - more && value[i] <= high + more)) return false;
    }
    return true;
}

void Condition::draw(const Key& key, std::span<float> out) const {
    const std::uint32_t stream = condition_stream(field.name);
    if (!values.empty()) {
        out[0] = static_cast<float>(Distribution::evenly(values).draw(key, stream));
        return;
    }
    const core::RandomStream random(key.seed, key.number, stream);
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const auto [low, high] = ranges[i];
        if (log) {
            const auto element = static_cast<std::uint32_t>(i);
            out[i] = static_cast<float>(Distribution::log_range(low, high).draw(key, stream, element));
            continue;
        }
        // About the middle: of a range that is symmetric about zero, the numbers do not lose their last
        // digits there. Models shipped since 0.1 draw so.
        const double u = random.uniform_at(static_cast<std::uint32_t>(i));
        out[i] = static_cast<float>(0.5 * (low + high) + (2 * u - 1) * (0.5 * (high - low)));
    }
}

std::string Condition::range_text() const {
    if (!values.empty()) {
        std::vector<std::string> each;
        for (const double value : values) each.push_back(fmt::format("{}", value));
        return fmt::format("{}{}", fmt::join(each, " or "), field.unit == "1" ? "" : " " + field.unit);
    }
    std::vector<std::string> each;
    for (const auto& [low, high] : ranges) each.push_back(fmt::format("{:.6g} to {:.6g}", low, high));
    return number_text(each, field.unit);
}

Condition trained_over(const Field& field, std::vector<Condition::Range> ranges) {
    // 4,000 energies out of 10:500 GeV begin at 10.06 GeV.
    constexpr double usual_margin = 2e-3, impact_margin = 5e-3;
    Condition out;
    out.field = field;
    out.ranges = std::move(ranges);
    out.margin = field.name == impact_field.name ? impact_margin : usual_margin;
    return out;
}

ConditionSpace::ConditionSpace(std::vector<Condition> list) : list_(std::move(list)) {
    std::set<std::string> names;
    for (const Condition& condition : list_) {
        check(condition);
        if (!names.insert(condition.field.name).second)
            throw InputError(fmt::format("the condition `{}` is there twice.", condition.field.name));
    }
}

const Condition* ConditionSpace::find(std::string_view name) const {
    const auto found = std::find_if(list_.begin(), list_.end(),
                                    [&](const Condition& condition) { return condition.field.name == name; });
    return found == list_.end() ? nullptr : &*found;
}

Fields ConditionSpace::fields() const {
    Fields out;
    for (const Condition& condition : list_) out.push_back(condition.field);
    return out;
}

std::string ConditionSpace::Outside::text() const {
    std::vector<std::string> each;
    for (const float one : value) each.push_back(fmt::format("{}", one));
    return fmt::format("sample {}: `{}` is {} (the model was trained on {})", row, condition->field.name,
                       number_text(each, condition->field.unit), condition->range_text());
}

void ConditionSpace::check_names(const ColumnsView& given) const {
    for (const std::string_view name : given.names()) {
        const Condition* condition = find(name);
        if (!condition) {
            std::vector<std::string> known;
            for (const Condition& one : list_) known.push_back(one.field.name);
            throw InputError(
                fmt::format("the model takes no `{}` (it takes {}).{}", name,
                            known.empty() ? "no condition" : fmt::format("{}", fmt::join(known, ", ")),
                            core::did_you_mean(std::string(name), known)));
        }
        const std::size_t wanted = given.rows() * condition->field.elements();
        if (given.values(name).size() != wanted) {
            throw InputError(fmt::format("`{}` holds {} numbers for {} samples of {} each.", name,
                                         given.values(name).size(), given.rows(),
                                         condition->field.elements()));
        }
    }
}

std::optional<ConditionSpace::Outside> ConditionSpace::outside(const ColumnsView& given) const {
    check_names(given);
    for (std::size_t row = 0; row < given.rows(); ++row) {
        for (const Condition& condition : list_) {
            if (!given.has(condition.field.name)) continue;
            const auto value = given.row(condition.field.name, row);
            if (!condition.hold(value)) return Outside{row, &condition, {value.begin(), value.end()}};
        }
    }
    return std::nullopt;
}

Columns ConditionSpace::complete(std::span<const Key> keys, const ColumnsView& given) const {
    assert(given.rows() == keys.size());
    check_names(given);
    Columns out(keys.size());
    for (const Condition& condition : list_) {
        const std::span<float> to = out.add(condition.field);
        if (given.has(condition.field.name)) {
            std::ranges::copy(given.values(condition.field.name), to.begin());
            continue;
        }
        const std::size_t width = condition.field.elements();
        for (std::size_t i = 0; i < keys.size(); ++i) condition.draw(keys[i], to.subspan(i * width, width));
    }
    return out;
}

std::uint32_t condition_stream(std::string_view name) {
    if (name == energy_field.name) return core::energy_stream;
    if (name == impact_field.name) return core::impact_stream;
    if (name == direction_field.name) return core::direction_stream;
    if (name == particle_field.name) return core::particle_stream;
    // FNV-1a: fixed for good, and what two names share does no harm worse than correlated draws.
    std::uint32_t hash = 2166136261U;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return core::named_condition_streams + (hash & 0x7fffU);
}

}  // namespace caloforge::sample
