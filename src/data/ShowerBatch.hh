#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "geometry/ReadoutGrid.hh"

namespace caloforge::data {

/// N showers on one grid. Owns its arrays; one thread at a time.
struct ShowerBatch {
    geometry::ReadoutGrid grid;
    std::vector<float> cells;     ///< (N, X, Y, Z), GeV deposited in the active material, >= 0
    std::vector<float> incident;  ///< (N), incident kinetic energy, GeV
    std::vector<float> theta;     ///< (N), radian, or empty when the file holds no angle
    std::vector<float> impact;    ///< (N, 2), x0, y0 in mm, or empty when the file holds none

    std::size_t size() const { return incident.size(); }
    std::span<const float> shower(std::size_t i) const {
        return {cells.data() + i * grid.cells(), grid.cells()};
    }
    std::span<float> shower(std::size_t i) { return {cells.data() + i * grid.cells(), grid.cells()}; }
};

}  // namespace caloforge::data
