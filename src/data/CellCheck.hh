#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace caloforge::data {

/// Negative values above this, in GeV, are rounding noise and count as zero.
inline constexpr float negative_tolerance = 1e-6F;

struct CellSums {
    double deposited = 0;                 ///< sum over the cells, GeV
    std::optional<std::size_t> bad_cell;  ///< index of the first NaN, infinite or negative cell
};

/// Divides the cells of one shower by `scale` (to GeV), looks at every value, and sets those below
/// `threshold` (GeV) or negative within the tolerance to zero.
CellSums clean_cells(std::span<float> cells, double scale, double threshold);

/// The first NaN, infinite or negative (beyond the tolerance) cell. Changes nothing.
std::optional<std::size_t> find_bad_cell(std::span<const float> cells);

}  // namespace caloforge::data
