#include "validate/Gates.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"
#include "core/Suggest.hh"

namespace caloforge::validate {
namespace {

constexpr const char* whole = "all";
constexpr const char* every = "each";

std::optional<double> limit(core::ConfigTable& table, const char* key) {
    if (!table.has(key)) return std::nullopt;
    return table.number(key);  // finite
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
    if (range == every) return of_name;
    if (range == whole) return {of_name.front()};
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

}  // namespace

core::Json GateResult::json(const std::string& field) const {
    return {{"metric", metric}, {field, range},
            {"limit", limit},   {"value", value ? core::Json(*value) : core::Json()},
            {"passed", passed}, {"message", message}};
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
        gate.range = entry.text("energy", whole);
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

std::vector<GateResult> Gates::check(std::span<const Metric> metrics) const {
    std::vector<GateResult> results;
    for (const Gate& gate : gates_) {
        for (const Metric* metric : chosen(metrics, gate.metric, gate.range))
            results.push_back(check_one(gate, *metric));
    }
    return results;
}

GateResult Gates::check_one(const Gate& gate, const Metric& metric) {
    GateResult result{metric.name, metric.range, "", metric.value, false, ""};
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
    const double slack = gate.sigmas * metric.uncertainty.value_or(0);
    result.passed = excess <= slack;
    const char* allowance = "within its limit";
    if (excess > 0 && result.passed) {
        result.message = fmt::format("off by {:.3g}, but not by more than {:g} standard deviations ({:.3g})",
                                     excess, gate.sigmas, slack);
    } else if (result.passed) {
        result.message = allowance;
    } else {
        result.message = fmt::format("off by {:.3g}, more than {:g} standard deviations ({:.3g})", excess,
                                     gate.sigmas, slack);
    }
    return result;
}

std::string gates_table(std::span<const GateResult> results, const Binning& binning) {
    std::string text;
    for (const GateResult& result : results) {
        text +=
            fmt::format("{} {} at {} {}: {} ({}): {}\n", result.passed ? "passed" : "FAILED", result.metric,
                        result.range, binning.unit, result.value ? fmt::format("{:.4g}", *result.value) : "-",
                        result.limit, result.message);
    }
    return text;
}

}  // namespace caloforge::validate
