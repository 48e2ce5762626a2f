#pragma once

#include "montecarlo/Medium.hh"

namespace caloforge::montecarlo {

/// A slab as the transport sees it.
struct Zone {
    double low;   ///< mm along z
    double high;  ///< mm
    const Medium* medium;
    int layer;  ///< cell layer that reads it out; -1 for passive material
};

}  // namespace caloforge::montecarlo
