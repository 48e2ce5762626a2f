#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/Json.hh"

namespace caloforge::validate {

/// Another field of the samples by whose values a comparison is told, slice by slice, beside the binning
/// variable. A slice's range is called by both, "theta 0:10", so that no bin of the binning variable has its
/// name.
struct Slicing {
    struct Slice {
        std::string label;         ///< "0:10"
        double low = 0, high = 0;  ///< [low, high), with its end in the last one; this value where equal
    };
    std::string name;         ///< "theta"
    std::string field;        ///< where it is read: "direction"
    std::size_t element = 0;  ///< which number of it
    double scale = 1;         ///< field values times this are what slices are told in
    std::string unit;         ///< behind a label, for readers: "°"
    std::vector<Slice> slices;

    /// Slice of a value of the field; nothing outside all.
    std::optional<std::size_t> slice_of(float value) const;
    /// "theta 0:10"
    std::string range(std::size_t slice) const { return name + " " + slices[slice].label; }
    /// {"name", "field", "unit", "slices": [label]}
    core::Json json() const;
};

/// "theta" and "0:10" of "theta 0:10"; of a range of the binning variable "" and all of it.
struct RangeParts {
    std::string_view slicing, label;
};
RangeParts parts_of(std::string_view range);

/// {"theta": "0:10"}, or {field: range} of a range of the binning variable.
void put_range(core::Json& json, const std::string& field, const std::string& range);

}  // namespace caloforge::validate
