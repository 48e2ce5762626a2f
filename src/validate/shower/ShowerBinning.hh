#pragma once

#include "validate/statistics/Bins.hh"

namespace caloforge::validate {

/// Showers are compared in bins of the incident energy.
inline Binning incident_energy() {
    return {.field = "energy",
            .label = "incident energy",
            .symbol = "E_inc",
            .unit = "GeV",
            .positive = true,
            .edges = {10, 20, 50, 100, 200, 500}};
}

}  // namespace caloforge::validate
