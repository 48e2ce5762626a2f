#pragma once

#include <vector>

#include "core/Json.hh"

namespace caloforge::validate {

/// Values on n bins with their standard deviations. NaN: there is none.
struct Series {
    std::vector<double> y;
    std::vector<double> error;

    /// A value other than zero.
    bool has_entries() const;
    /// {"y": [n], "error": [n]}, with null for what is not finite.
    core::Json json() const;
};

}  // namespace caloforge::validate
