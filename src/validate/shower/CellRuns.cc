#include "validate/shower/CellRuns.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caloforge::validate {
namespace {

using geometry::ReadoutCells;
using geometry::ReadoutGrid;
using geometry::ReadoutRings;

constexpr double turn = 2 * std::numbers::pi;
/// Of the profiles of listed cells.
constexpr std::size_t list_bins = 50;

double centred(std::size_t i, std::size_t n) {
    return static_cast<double>(i) - 0.5 * static_cast<double>(n - 1);
}

std::vector<double> equal_edges(double low, double high, std::size_t bins) {
    std::vector<double> edges;
    for (std::size_t i = 0; i <= bins; ++i)
        edges.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(bins));
    return edges;
}

ProfileAxis column_axis(std::size_t n, double width, const char* name) {
    ProfileAxis axis{fmt::format("transverse_profile_{}", name),
                     fmt::format("{} [{}]", name, width > 0 ? "mm" : "cells"),
                     {}};
    for (std::size_t i = 0; i <= n; ++i)
        axis.edges.push_back((static_cast<double>(i) - 0.5 * static_cast<double>(n)) *
                             (width > 0 ? width : 1.0));
    return axis;
}

CellRun::Part whole_in(std::size_t bin, CellRuns& out) {
    out.shares.push_back({bin, 1.0});
    return {out.shares.size() - 1, out.shares.size()};
}

/// A cell from `low` to `high` counts in the bins that it covers, in proportion.
CellRun::Part spread(double low, double high, const std::vector<double>& edges, CellRuns& out) {
    const std::size_t begin = out.shares.size();
    for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
        const double part = std::min(high, edges[bin + 1]) - std::max(low, edges[bin]);
        const double share = part / (high - low);
        // What rounding leaves of an edge is no bin.
        if (constexpr double rounding = 1e-9; share > rounding) out.shares.push_back({bin, share});
    }
    return {begin, out.shares.size()};
}

CellRuns of_grid(const ReadoutGrid& grid) {
    CellRuns out;
    // Most files hold no sizes: cells are square then, and one wide.
    out.sized = grid.cell_x > 0 && grid.cell_y > 0;
    out.pitch_x = out.sized ? grid.cell_x : 1.0;
    out.pitch_y = out.sized ? grid.cell_y : 1.0;
    out.cells_in_layer.assign(grid.nz, grid.nx * grid.ny);
    out.placed_layers.assign(grid.nz, true);
    std::size_t rings = 0;
    for (std::size_t ix = 0; ix < grid.nx; ++ix) {
        for (std::size_t iy = 0; iy < grid.ny; ++iy) {
            // In whole numbers and ratios of pitches, so that a distance of two cells is in ring two.
            const double distance =
                std::hypot(centred(ix, grid.nx), centred(iy, grid.ny) * (out.pitch_y / out.pitch_x));
            const auto ring = static_cast<std::size_t>(distance);
            rings = std::max(rings, ring + 1);
            CellRun run{.first = (ix * grid.ny + iy) * grid.nz, .step = 1, .layer = 0, .layers = grid.nz};
            run.x = centred(ix, grid.nx) * out.pitch_x;
            run.y = centred(iy, grid.ny) * out.pitch_y;
            run.r = distance * out.pitch_x;
            run.edge = ix == 0 || iy == 0 || ix + 1 == grid.nx || iy + 1 == grid.ny;
            run.across = whole_in(ix, out);
            run.along = whole_in(iy, out);
            run.radial = whole_in(ring, out);
            out.runs.push_back(run);
        }
    }
    out.across = column_axis(grid.nx, grid.cell_x, "x");
    out.along = column_axis(grid.ny, grid.cell_y, "y");
    out.radial = {"radial_profile", "distance from the axis [cells]",
                  equal_edges(0, static_cast<double>(rings), rings)};
    return out;
}

/// The union of all layers' ring edges.
std::vector<double> all_edges(const ReadoutRings& rings) {
    std::vector<double> edges;
    for (const auto& layer : rings.layers())
        edges.insert(edges.end(), layer.edges.begin(), layer.edges.end());
    std::ranges::sort(edges);
    const double rounding = 1e-6 * edges.back();
    edges.erase(std::unique(edges.begin(), edges.end(), [&](double a, double b) { return b - a < rounding; }),
                edges.end());
    return edges;
}

CellRuns of_rings(const ReadoutRings& rings) {
    CellRuns out;
    out.sized = rings.sized();
    const char* unit = rings.sized() ? "mm" : "cells";
    std::size_t sectors = 1;
    for (const auto& layer : rings.layers()) {
        out.cells_in_layer.push_back(layer.cells());
        out.placed_layers.push_back(layer.sectors > 1);
        sectors = std::max(sectors, layer.sectors);
    }
    out.across = {"radial_profile", fmt::format("distance from the axis [{}]", unit), all_edges(rings)};
    out.radial = out.across;
    out.along = {"azimuthal_profile", "alpha [rad]", equal_edges(0, turn, sectors)};
    // Layers that are alike are one run of cells, others have runs of one.
    const bool regular = rings.is_regular();
    const std::size_t layers = rings.layers().size();
    for (std::size_t z = 0; z < (regular ? 1 : layers); ++z) {
        const auto& layer = rings.layers()[z];
        for (std::size_t ring = 0; ring < layer.rings(); ++ring) {
            for (std::size_t sector = 0; sector < layer.sectors; ++sector) {
                CellRun run{.first = rings.start(z) + sector * layer.rings() + ring,
                            .step = layer.cells(),
                            .layer = z,
                            .layers = regular ? layers : 1};
                const double width = turn / static_cast<double>(layer.sectors);
                const double alpha = width * (static_cast<double>(sector) + 0.5);
                run.r = 0.5 * (layer.edges[ring] + layer.edges[ring + 1]);
                run.placed = layer.sectors > 1;
                run.x = run.r * std::cos(alpha);
                run.y = run.r * std::sin(alpha);
                run.edge = ring + 1 == layer.rings();
                run.across = spread(layer.edges[ring], layer.edges[ring + 1], out.across.edges, out);
                run.radial = run.across;
                // A whole ring says nothing of the angle.
                if (run.placed || sectors == 1)
                    run.along = spread(alpha - 0.5 * width, alpha + 0.5 * width, out.along.edges, out);
                out.runs.push_back(run);
            }
        }
    }
    return out;
}

/// The bin of a value; the last one of its upper end.
std::size_t bin_of(double value, const std::vector<double>& edges) {
    const auto above = std::upper_bound(edges.begin() + 1, edges.end() - 1, value);
    return static_cast<std::size_t>(above - edges.begin()) - 1;
}

CellRuns of_list(const ReadoutCells& cells) {
    CellRuns out;
    out.sized = true;
    double half_x = 0, half_y = 0, reach = 0;
    for (const auto& layer : cells.layers()) {
        out.cells_in_layer.push_back(layer.size());
        out.placed_layers.push_back(true);
        for (const auto& cell : layer) {
            half_x = std::max(half_x, std::abs(cell.x) + 0.5 * cell.size_x);
            half_y = std::max(half_y, std::abs(cell.y) + 0.5 * cell.size_y);
            reach = std::max(reach, std::hypot(cell.x, cell.y));
        }
    }
    out.across = {"transverse_profile_x", "x [mm]", equal_edges(-half_x, half_x, list_bins)};
    out.along = {"transverse_profile_y", "y [mm]", equal_edges(-half_y, half_y, list_bins)};
    out.radial = {"radial_profile", "distance from the axis [mm]",
                  equal_edges(0, reach > 0 ? reach : half_x, list_bins)};
    for (std::size_t z = 0; z < cells.layers().size(); ++z) {
        const auto& layer = cells.layers()[z];
        double left = INFINITY, right = -INFINITY, low = INFINITY, high = -INFINITY;
        for (const auto& cell : layer) {
            left = std::min(left, cell.x - 0.5 * cell.size_x);
            right = std::max(right, cell.x + 0.5 * cell.size_x);
            low = std::min(low, cell.y - 0.5 * cell.size_y);
            high = std::max(high, cell.y + 0.5 * cell.size_y);
        }
        for (std::size_t i = 0; i < layer.size(); ++i) {
            const auto& cell = layer[i];
            const double wide = 0.5 * cell.size_x, tall = 0.5 * cell.size_y, slack = 1e-6 * (wide + tall);
            CellRun run{.first = cells.start(z) + i, .step = 0, .layer = z, .layers = 1};
            run.x = cell.x;
            run.y = cell.y;
            run.r = std::hypot(cell.x, cell.y);
            run.edge = cell.x - wide < left + slack || cell.x + wide > right - slack ||
                       cell.y - tall < low + slack || cell.y + tall > high - slack;
            run.across = whole_in(bin_of(cell.x, out.across.edges), out);
            run.along = whole_in(bin_of(cell.y, out.along.edges), out);
            run.radial = whole_in(bin_of(run.r, out.radial.edges), out);
            out.runs.push_back(run);
        }
    }
    return out;
}

}  // namespace

CellRuns lay_out(const geometry::Readout& readout) {
    if (readout.grid()) return of_grid(*readout.grid());
    return readout.rings() ? of_rings(*readout.rings()) : of_list(*readout.list());
}

}  // namespace caloforge::validate
