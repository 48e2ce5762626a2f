#include "validate/statistics/Metric.hh"

#include <fmt/format.h>

#include <cmath>

#include "validate/statistics/Slicing.hh"

namespace caloforge::validate {
namespace {

// An excess over the floor is believed beyond so many standard deviations.
constexpr double sure_sigmas = 2;
// By which a normal variable must lie beyond a limit to exceed it with a probability of 90 %.
constexpr double likely_sigmas = 1.2816;

core::Json number(const std::optional<double>& from) {
    return from ? core::Json(*from) : core::Json();
}

const char* to_string(Display display) {
    switch (display) {
        case Display::percent:
            return "percent";
        case Display::shift:
            return "shift";
        case Display::number:
            break;
    }
    return "number";
}

}  // namespace

const char* to_string(AgainstFloor state) {
    switch (state) {
        case AgainstFloor::within:
            return "within";
        case AgainstFloor::unclear:
            return "unclear";
        case AgainstFloor::beyond:
            return "beyond";
        case AgainstFloor::none:
            break;
    }
    return "none";
}

double Metric::distance() const {
    return value ? std::abs(*value - ideal) : 0;
}

double Metric::floor_distance() const {
    return floor ? std::abs(*floor - ideal) : 0;
}

AgainstFloor Metric::against_floor() const {
    if (!value || !floor) return AgainstFloor::none;
    if (distance() <= floor_distance()) return AgainstFloor::within;
    const bool sure = uncertainty && distance() > floor_distance() + sure_sigmas * *uncertainty;
    return sure ? AgainstFloor::beyond : AgainstFloor::unclear;
}

std::optional<double> Metric::detectable() const {
    if (!value || !uncertainty || !floor) return std::nullopt;
    return floor_distance() + (sure_sigmas + likely_sigmas) * *uncertainty;
}

core::Json Metric::json(const std::string& field) const {
    core::Json out = core::Json::object();
    out["name"] = name;
    out["title"] = title;
    out["unit"] = unit;
    out["ideal"] = ideal;
    out["display"] = to_string(display);
    out["has_floor"] = has_floor;
    put_range(out, field, range);
    out["group"] = sums_up() ? "summary" : "observable";
    if (!sums_up()) {
        out["observable"] = observable;
        out["kind"] = kind;
    }
    out["value"] = number(value);
    out["uncertainty"] = number(uncertainty);
    if (value && uncertainty) {
        out["low"] = *value - sure_sigmas * *uncertainty;
        out["high"] = *value + sure_sigmas * *uncertainty;
    }
    out["floor"] = number(floor);
    if (detectable()) out["detectable"] = *detectable();
    if (!where.empty()) out["where"] = where;
    if (chance) out["chance"] = *chance;
    out["against_floor"] = to_string(against_floor());
    if (value && floor_distance() > 0) out["times_floor"] = distance() / floor_distance();
    if (!reason.empty()) out["reason"] = reason;
    out["n_reference"] = n_reference;
    out["n_candidate"] = n_candidate;
    return out;
}

std::string too_few(std::size_t reference, std::size_t candidate, std::size_t needs,
                    const std::string& word) {
    return fmt::format("reference and candidate hold {} and {} {}, {} are needed in each", reference,
                       candidate, word, needs);
}

}  // namespace caloforge::validate
