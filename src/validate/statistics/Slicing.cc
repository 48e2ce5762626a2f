#include "validate/statistics/Slicing.hh"

#include <algorithm>
#include <cmath>

namespace caloforge::validate {

std::optional<std::size_t> Slicing::slice_of(float value) const {
    const double told = scale * static_cast<double>(value);
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const Slice& slice = slices[i];
        const bool last = slice.low == slice.high || i + 1 == slices.size();
        // A value that was an edge before it became a float32 still is one.
        constexpr double rounding = 1e-6;
        const double slack = rounding * std::max(std::abs(slice.low), std::abs(slice.high));
        if (told >= slice.low - slack && (last ? told <= slice.high + slack : told < slice.high - slack))
            return i;
    }
    return std::nullopt;
}

core::Json Slicing::json() const {
    core::Json labels = core::Json::array();
    for (const Slice& slice : slices) labels.push_back(slice.label);
    return {{"name", name}, {"field", field}, {"unit", unit}, {"slices", std::move(labels)}};
}

RangeParts parts_of(std::string_view range) {
    const auto space = range.find(' ');
    if (space == std::string_view::npos) return {"", range};
    return {range.substr(0, space), range.substr(space + 1)};
}

void put_range(core::Json& json, const std::string& field, const std::string& range) {
    const RangeParts parts = parts_of(range);
    json[parts.slicing.empty() ? field : std::string(parts.slicing)] = std::string(parts.label);
}

}  // namespace caloforge::validate
