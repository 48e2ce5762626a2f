#pragma once

#include <cstddef>

#include "core/Json.hh"

namespace caloforge::geometry {

/// Regular Cartesian read-out cells in the local frame: z into the calorimeter, one cell layer per active
/// layer; cell centres in x and y symmetric about the axis for odd and even numbers alike. Cell index:
/// (x * ny + y) * nz + z, so (X, Y, Z) with Z fastest. Lengths in mm.
struct ReadoutGrid {
    std::size_t nx = 0;
    std::size_t ny = 0;
    std::size_t nz = 0;
    double cell_x = 0;  ///< mm; 0 when a file does not say
    double cell_y = 0;  ///< mm; 0 when a file does not say

    std::size_t cells() const { return nx * ny * nz; }
    /// Centre of column ix, mm.
    double x_centre(std::size_t ix) const {
        return (static_cast<double>(ix) - 0.5 * static_cast<double>(nx - 1)) * cell_x;
    }
    double y_centre(std::size_t iy) const {
        return (static_cast<double>(iy) - 0.5 * static_cast<double>(ny - 1)) * cell_y;
    }
    /// Same number of cells along each axis (sizes in mm are not compared: most files do not hold them).
    bool same_shape(const ReadoutGrid& other) const {
        return nx == other.nx && ny == other.ny && nz == other.nz;
    }
    bool operator==(const ReadoutGrid&) const = default;

    core::Json json() const;
    static ReadoutGrid from_json(const core::Json& json);
};

}  // namespace caloforge::geometry
