#include "data/CaloChallenge.hh"

#include <fmt/format.h>

#include "core/Error.hh"

namespace caloforge::data {
using core::InputError;
using geometry::ReadoutGrid;
namespace {

/// Data sets of the CaloChallenge (arXiv:2410.21611, section 2): layers, angular and radial bins.
constexpr std::size_t irregular_photons = 368;  // data set 1: bins differ from layer to layer
constexpr std::size_t irregular_pions = 533;

ReadoutGrid known_grid(std::size_t voxels) {
    if (voxels == 45 * 16 * 9) return {.nx = 9, .ny = 16, .nz = 45};
    if (voxels == 45 * 50 * 18) return {.nx = 18, .ny = 50, .nz = 45};
    return {};
}

}  // namespace

ReadoutGrid calochallenge_grid(std::size_t voxels, const ReadoutGrid& shape,
                               const std::filesystem::path& path) {
    if (shape.nx > 0) {
        // A product that overflows could match by chance: divide instead.
        const bool fits = shape.ny > 0 && shape.nz > 0 && voxels % shape.nx == 0 &&
                          voxels / shape.nx % shape.ny == 0 && voxels / shape.nx / shape.ny == shape.nz;
        if (fits) return shape;
        throw InputError(fmt::format(
            "{} has {} voxels per shower (the shape given, z {}, alpha {}, r {}, has another number). "
            "Leave the shape out for the public data sets 2 and 3?",
            path.string(), voxels, shape.nz, shape.ny, shape.nx));
    }
    const ReadoutGrid known = known_grid(voxels);
    if (known.cells() > 0 || voxels == 0) return known;
    if (voxels == irregular_photons || voxels == irregular_pions) {
        throw InputError(fmt::format(
            "{} is the CaloChallenge's data set 1 ({} voxels, binned differently in each layer; the reader "
            "of its "
            "binning XML comes with a later release). Use data set 2 or 3, or give a shape (z, alpha, r)?",
            path.string(), voxels));
    }
    throw InputError(fmt::format(
        "{} has {} voxels per shower (the public CaloChallenge sets have 368, 533, 6480 or 40500). "
        "Give its shape (z, alpha, r)?",
        path.string(), voxels));
}

void from_calochallenge_order(const ReadoutGrid& grid, std::span<const float> in, std::span<float> out) {
    std::size_t voxel = 0;
    for (std::size_t z = 0; z < grid.nz; ++z) {
        for (std::size_t y = 0; y < grid.ny; ++y) {
            for (std::size_t x = 0; x < grid.nx; ++x) out[(x * grid.ny + y) * grid.nz + z] = in[voxel++];
        }
    }
}

void to_calochallenge_order(const ReadoutGrid& grid, std::span<const float> in, std::span<float> out) {
    std::size_t voxel = 0;
    for (std::size_t z = 0; z < grid.nz; ++z) {
        for (std::size_t y = 0; y < grid.ny; ++y) {
            for (std::size_t x = 0; x < grid.nx; ++x) out[voxel++] = in[(x * grid.ny + y) * grid.nz + z];
        }
    }
}

}  // namespace caloforge::data
