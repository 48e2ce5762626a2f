#include "study/AskedConditions.hh"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/Error.hh"
#include "core/Log.hh"

namespace caloforge::study {
namespace {

/// The ends of what is asked of one condition: {lowest, highest}, its trained ends where nothing is said.
std::array<std::vector<float>, 2> ends(const AskedCondition& asked, const sample::Condition& trained) {
    std::array<std::vector<float>, 2> out;
    for (std::size_t i = 0; i < asked.numbers.size(); ++i) {
        const auto& number = asked.numbers[i];
        const double low = number ? number->low() : trained.ranges.at(i).low,
                     high = number ? number->high() : trained.ranges.at(i).high;
        out[0].push_back(static_cast<float>(low));
        out[1].push_back(static_cast<float>(high));
    }
    return out;
}

bool holds(const AskedCondition& asked, const sample::Condition& trained) {
    // Of a set, every value counts, not only the ends.
    if (!trained.values.empty()) {
        for (const double value : asked.numbers[0]->list()) {
            const auto rounded = static_cast<float>(value);
            if (!trained.hold({&rounded, 1})) return false;
        }
    }
    const auto [low, high] = ends(asked, trained);
    return trained.hold(low) && trained.hold(high);
}

std::string text(const AskedCondition& asked, const sample::Condition& trained) {
    const auto [low, high] = ends(asked, trained);
    std::string out;
    for (std::size_t i = 0; i < low.size(); ++i) {
        out += fmt::format("{}{}", out.empty() ? "" : ", ", low[i]);
        if (high[i] != low[i]) out += fmt::format(" to {}", high[i]);
    }
    return asked.field.unit == "1" ? out : out + " " + asked.field.unit;
}

}  // namespace

void check(const AskedConditions& asked, const infer::Model& model) {
    sample::ColumnsView names(0);
    for (const AskedCondition& one : asked) names.add(one.field.name, {});
    model.conditions().check_names(names);
    for (const AskedCondition& one : asked) {
        const sample::Condition& trained = *model.conditions().find(one.field.name);
        if (holds(one, trained)) continue;
        const std::string problem =
            fmt::format("`{}` of {} leaves what `{}` was trained on, {}", one.field.name, text(one, trained),
                        model.name(), trained.range_text());
        if (!model.allows_extrapolation())
            throw infer::OutsideTrained(problem + ". Ask for values within it?");
        core::warning("{}: nothing is known about the showers there.", problem);
    }
}

sample::Columns draw(const AskedConditions& asked, const infer::Model& model,
                     std::span<const sample::Key> keys) {
    sample::Columns out(keys.size());
    for (const AskedCondition& one : asked) {
        const sample::Condition& trained = *model.conditions().find(one.field.name);
        const std::uint32_t stream = sample::condition_stream(one.field.name);
        const std::span<float> values = out.add(one.field);
        const std::size_t width = one.numbers.size();
        for (std::size_t row = 0; row < keys.size(); ++row) {
            const auto value = values.subspan(row * width, width);
            trained.draw(keys[row], value);
            for (std::size_t i = 0; i < width; ++i) {
                if (one.numbers[i])
                    value[i] = static_cast<float>(
                        one.numbers[i]->draw(keys[row], stream, static_cast<std::uint32_t>(i)));
            }
        }
    }
    return out;
}

}  // namespace caloforge::study
