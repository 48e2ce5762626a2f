#pragma once

#include <filesystem>
#include <span>

#include "core/Units.hh"
#include "geometry/ReadoutGrid.hh"

namespace caloforge::data {

/// CaloChallenge files hold MeV: their values / this = GeV.
inline constexpr double calochallenge_unit = 1 / units::MeV;
/// Attribute of `ECAL` in our own files: cell size in x and y, mm, two float64.
inline constexpr const char* cell_size_attribute = "cell_mm";

/// The grid (nx = r, ny = alpha, nz = z) of `voxels` per shower: `shape` when it is given, else that of the
/// public data sets 2 and 3. Throws InputError for other numbers of voxels, naming `path`.
geometry::ReadoutGrid calochallenge_grid(std::size_t voxels, const geometry::ReadoutGrid& shape,
                                         const std::filesystem::path& path);

/// One shower from file order (z, alpha, r), r fastest, to batch order (x, y, z) = (r, alpha, z), and back.
void from_calochallenge_order(const geometry::ReadoutGrid& grid, std::span<const float> in,
                              std::span<float> out);
void to_calochallenge_order(const geometry::ReadoutGrid& grid, std::span<const float> in,
                            std::span<float> out);

}  // namespace caloforge::data
