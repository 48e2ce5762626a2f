#pragma once

#include <string>

#include "core/Json.hh"

namespace caloforge::validate {

/// Where a profile is off by more than `limit` (relative) plus two standard deviations: "layers 1–3",
/// "columns at -10.2 to 5.1 mm"; "" where it is not, or not drawn for this energy. Only bins that hold more
/// than 1 % of the reference count.
std::string where_off(const core::Json& profiles, const std::string& name, const std::string& energy,
                      double limit);

}  // namespace caloforge::validate
