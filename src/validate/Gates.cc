#include "validate/Gates.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"
#include "core/Suggest.hh"
#include "validate/statistics/Slicing.hh"

namespace caloforge::validate {
namespace {

constexpr const char* whole = "all";
constexpr const char* every = "each";

std::optional<double> limit(core::ConfigTable& table, const char* key) {
    if (!table.has(key)) return std::nullopt;
    return table.number(key);  // finite
}

// "10:20" of energy, "theta 0:10", "particle gamma".
std::string range_of(core::ConfigTable& entry) {
    std::string range;
    for (const char* slicing : {"theta", "particle"}) {
        if (!entry.has(slicing)) continue;
        if (!range.empty() || entry.has("energy"))
            entry.fail(slicing, "stands beside another range: a gate speaks of one");
        range = fmt::format("{} {}", slicing, entry.text(slicing));
    }
    return range.empty() ? entry.text("energy", whole) : range;
}

// The metric's ranges that a gate speaks of, in their order; the first is the whole compared range.
std::vector<const Metric*> chosen(std::span<const Metric> metrics, const std::string& name,
                                  const std::string& range) {
    std::vector<const Metric*> of_name;
    std::vector<std::string> names;
    for (const Metric& metric : metrics) {
        if (metric.name == name) of_name.push_back(&metric);
        if (std::find(names.begin(), names.end(), metric.name) == names.end()) names.push_back(metric.name);
    }
    if (of_name.empty()) {
        throw core::InputError(fmt::format("there is no metric `{}` to put a gate on.{}", name,
                                           core::did_you_mean(name, names)));
    }
    if (range == whole) return {of_name.front()};
    if (const RangeParts asked = parts_of(range); asked.label == every) {
        std::erase_if(of_name,
                      [&](const Metric* metric) { return parts_of(metric->range).slicing != asked.slicing; });
        if (!of_name.empty()) return of_name;
        throw core::InputError(
            fmt::format("the gate on `{}` speaks of each {}, by which these sets were not told. Do both hold "
                        "several?",
                        name, asked.slicing));
    }
    std::vector<std::string> labels;
    for (const Metric* metric : of_name) {
        if (metric->range == range) return {metric};
        labels.push_back(metric->range);
    }
    throw core::InputError(fmt::format(
        "the gate on `{}` names the range {}, which is not among those measured ({}). Write one of them, "
        "\"all\" or \"each\"?",
        name, range, fmt::join(labels, ", ")));
}

// Samples of each set with which the metric's standard deviation would be so many times smaller, to two
// digits.
std::optional<std::size_t> samples_to_decide(const Metric& metric, double times) {
    const double needs =
        static_cast<double>(std::min(metric.n_reference, metric.n_candidate)) * times * times;
    if (!(needs > 0 && needs <= GateResult::largest_need)) return std::nullopt;
    const double unit = std::pow(10.0, std::max(0.0, std::floor(std::log10(needs)) - 1));
    return static_cast<std::size_t>(std::ceil(needs / unit) * unit);
}

}  // namespace

const char* to_string(GateState state) {
    switch (state) {
        case GateState::passed:
            return "passed";
        case GateState::failed:
            return "failed";
        case GateState::undecided:
            break;
    }
    return "undecided";
}

core::Json GateResult::json(const std::string& field) const {
    const auto number = [](const auto& known) { return known ? core::Json(*known) : core::Json(); };
    core::Json out = {{"metric", metric}};
    put_range(out, field, range);
    out.update({{"limit", limit},
                {"value", number(value)},
                {"uncertainty", number(uncertainty)},
                {"state", to_string(state)},
                {"needs", number(needs)},
                {"message", message}});
    return out;
}

Gates Gates::load(const std::filesystem::path& path) {
    return read(core::ConfigTable::load(path));
}

Gates Gates::parse(const std::string& text) {
    return read(core::ConfigTable::parse(text));
}

Gates Gates::read(core::ConfigTable table) {
    Gates gates;
    std::vector<core::ConfigTable> entries = table.tables("gate");
    for (core::ConfigTable& entry : entries) {
        Gate gate;
        gate.metric = entry.text("metric");
        gate.range = range_of(entry);
        gate.max_abs = limit(entry, "max_abs");
        gate.max = limit(entry, "max");
        gate.min = limit(entry, "min");
        gate.max_over_floor = limit(entry, "max_over_floor");
        gate.sigmas = entry.number_in("sigmas", 0, 100, gate.sigmas);
        gates.gates_.push_back(std::move(gate));
    }
    table.finish();  // first: a misspelt limit is an unknown key, not a missing one
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Gate& gate = gates.gates_[i];
        if (!gate.max_abs && !gate.max && !gate.min && !gate.max_over_floor)
            entries[i].fail("metric", "has no limit. Give max_abs, max, min or max_over_floor?");
    }
    if (gates.gates_.empty()) table.fail("gate", "is missing: a file of gates holds one [[gate]] or more");
    return gates;
}

std::vector<GateResult> Gates::check(std::span<const Metric> metrics, const std::string& word) const {
    std::vector<GateResult> results;
    for (const Gate& gate : gates_) {
        for (const Metric* metric : chosen(metrics, gate.metric, gate.range))
            results.push_back(check_one(gate, *metric, word));
    }
    return results;
}

GateResult Gates::check_one(const Gate& gate, const Metric& metric, const std::string& word) {
    GateResult result{.metric = metric.name,
                      .range = metric.range,
                      .limit = "",
                      .value = metric.value,
                      .uncertainty = metric.uncertainty,
                      .needs = {},
                      .message = ""};
    std::vector<std::string> limits;
    double excess = -INFINITY;  // over the nearest limit; negative within
    const double value = metric.value.value_or(0);
    if (gate.max_abs) {
        limits.push_back(fmt::format("|value| <= {:.4g}", *gate.max_abs));
        excess = std::max(excess, std::abs(value) - *gate.max_abs);
    }
    if (gate.max) {
        limits.push_back(fmt::format("value <= {:.4g}", *gate.max));
        excess = std::max(excess, value - *gate.max);
    }
    if (gate.min) {
        limits.push_back(fmt::format("value >= {:.4g}", *gate.min));
        excess = std::max(excess, *gate.min - value);
    }
    if (gate.max_over_floor) {
        limits.push_back(metric.ideal == 0 ? fmt::format("|value| <= {:.4g} x floor", *gate.max_over_floor)
                                           : fmt::format("|value - {:g}| <= {:.4g} x |floor - {:g}|",
                                                         metric.ideal, *gate.max_over_floor, metric.ideal));
        if (metric.floor)
            excess = std::max(excess, metric.distance() - *gate.max_over_floor * metric.floor_distance());
    }
    result.limit = fmt::format("{}", fmt::join(limits, ", "));
    if (!metric.value || (gate.max_over_floor && !metric.floor)) {
        result.message = "cannot be told: " + metric.reason;
        return result;
    }
    const double half = gate.sigmas * metric.uncertainty.value_or(0);
    const std::string what =
        fmt::format("{:.3g} {} its limit, {:g} standard deviations are {:.3g}", std::abs(excess),
                    excess > 0 ? "beyond" : "within", gate.sigmas, half);
    if (std::abs(excess) >= half) {
        result.state = excess > 0 ? GateState::failed : GateState::passed;
        result.message = what;
        return result;
    }
    result.needs = samples_to_decide(metric, half / std::abs(excess));
    result.message = result.needs
                         ? fmt::format("{}: about {} {} of each set would tell", what, *result.needs, word)
                         : what + ": too near to tell";
    return result;
}

namespace {

std::string with_uncertainty(const GateResult& result) {
    if (!result.value) return "-";
    return result.uncertainty ? fmt::format("{:.4g} ± {:.2g}", *result.value, *result.uncertainty)
                              : fmt::format("{:.4g}", *result.value);
}

}  // namespace

std::string gates_table(std::span<const GateResult> results, const Binning& binning) {
    std::string text;
    for (const GateResult& result : results) {
        const bool sliced = !parts_of(result.range).slicing.empty();
        text += fmt::format("{} {} at {}{}: {} ({}): {}\n",
                            result.state == GateState::failed ? "FAILED" : to_string(result.state),
                            result.metric, result.range, sliced ? "" : " " + binning.unit,
                            with_uncertainty(result), result.limit, result.message);
    }
    return text;
}

}  // namespace caloforge::validate
