#include "validate/shower/Disagreements.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "validate/shower/RangeInWords.hh"
#include "validate/statistics/GeneralMetrics.hh"
#include "validate/statistics/Resampling.hh"

namespace caloforge::validate {
namespace {

constexpr std::size_t most_told = 3;
constexpr double interval_sigmas = 2;
constexpr double least_chance = 0.05;
constexpr double matters_mean = 0.02, matters_spread = 0.1, matters_shift = 0.1;

struct Disagreement {
    const Metric* metric = nullptr;
    double weight = 0;  ///< in what would matter
};

double matters(const Metric& metric) {
    if (metric.display != Display::percent) return matters_shift;
    return metric.kind == "Spread" ? matters_spread : matters_mean;
}

bool is_asked(const Metric& metric) {
    return metric.kind == "Mean" || metric.kind == "Spread" ||
           metric.name == correlation_residual_worst().name;
}

// "width in x" of "Spread at equal conditions of width in x".
std::string subject(const Metric& metric) {
    constexpr std::string_view of = " of ";
    std::string text = metric.title.substr(metric.title.find(of) + of.size());
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return text;
}

// "one, other" in the words of the observables' own metrics.
std::string pair_in_words(const std::string& where, std::span<const Metric> metrics) {
    const auto word = [&](const std::string& name) {
        const auto own = std::ranges::find_if(metrics, [&](const Metric& metric) {
            return metric.observable == name && metric.kind == "Spread";
        });
        return own == metrics.end() ? name : subject(*own);
    };
    const std::size_t comma = where.find(", ");
    std::string second = word(where.substr(comma + 2));
    second.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(second.front())));
    return word(where.substr(0, comma)) + " and " + second;
}

std::string in_words(const Metric& metric, std::span<const Metric> metrics, const std::string& whole) {
    const std::string range = range_in_words(metric.range, whole);
    const double value = *metric.value, error = *metric.uncertainty;
    if (metric.kind == "Spread") {
        return fmt::format("{} fluctuates {:.0f} ± {:.0f} % too {} {}", subject(metric),
                           100 * std::abs(value), 100 * error, value > 0 ? "much" : "little", range);
    }
    if (metric.kind == "Mean" && metric.display == Display::percent) {
        return fmt::format("{} is {:.1f} ± {:.1f} % too {} on average {}", subject(metric),
                           100 * std::abs(value), 100 * error, value > 0 ? "large" : "small", range);
    }
    if (metric.kind == "Mean") {
        return fmt::format("{} is off by {:+.2f} ± {:.2f} standard deviations on average {}", subject(metric),
                           value, error, range);
    }
    return fmt::format("{} go together otherwise {}: correlation off by {:+.2f} ± {:.2f}",
                       pair_in_words(metric.where, metrics), range, value, error);
}

}  // namespace

std::vector<std::string> worst_disagreements(std::span<const Metric> metrics, const std::string& whole) {
    const auto tried = static_cast<double>(std::ranges::count_if(metrics, [](const Metric& metric) {
        return is_asked(metric) && metric.value && metric.uncertainty;
    }));
    std::map<std::string, Disagreement> by_name;  // in its worst range
    for (const Metric& metric : metrics) {
        if (!is_asked(metric) || !metric.value || !metric.uncertainty || !(*metric.uncertainty > 0)) continue;
        const double distance = std::abs(*metric.value), error = *metric.uncertainty;
        const double chance = metric.chance.value_or(two_sided_chance(distance / error)) * tried;
        const double weight = (distance - interval_sigmas * error) / matters(metric);
        Disagreement& worst = by_name[metric.name];
        if (chance < least_chance && weight > worst.weight) worst = {&metric, weight};
    }
    std::vector<Disagreement> sorted;
    for (const auto& [name, disagreement] : by_name) {
        if (disagreement.metric != nullptr) sorted.push_back(disagreement);
    }
    std::ranges::stable_sort(sorted, std::greater<>(), &Disagreement::weight);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < std::min(most_told, sorted.size()); ++i)
        out.push_back(in_words(*sorted[i].metric, metrics, whole));
    return out;
}

}  // namespace caloforge::validate
