#pragma once

#include <span>
#include <string>

#include "validate/statistics/Drawing.hh"

namespace caloforge::validate {

/// Where the drawing `name` of a range is off by more than `limit` (relative) plus two standard deviations:
/// "layers 1–3", "columns at -10.2 to 5.1 mm"; "" where it is not, or not drawn for this range. Only bins
/// that hold more than 1 % of the reference count.
std::string where_off(std::span<const Drawing> drawings, const std::string& name, const std::string& range,
                      double limit);

}  // namespace caloforge::validate
