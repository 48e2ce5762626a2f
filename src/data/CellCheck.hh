#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace caloforge::data {

/// Negative values above minus this, in GeV, are rounding noise and count as zero.
inline constexpr float negative_tolerance = 1e-6F;

struct CellSums {
    double deposited = 0;                 ///< sum over the cells, GeV
    std::optional<std::size_t> bad_cell;  ///< index of the first NaN, infinite or negative cell
};

/// Divides the cells of one shower by `scale` (to GeV), looks at every value, and sets those below
/// `threshold` (GeV) to zero: negative ones too, down to minus the threshold or the tolerance, whichever is
/// larger (noise of the read-out goes both ways).
CellSums clean_cells(std::span<float> cells, double scale, double threshold);

/// The first cell that is NaN, infinite or below -`tolerance`. Changes nothing.
std::optional<std::size_t> find_bad_cell(std::span<const float> cells, float tolerance = negative_tolerance);

}  // namespace caloforge::data
