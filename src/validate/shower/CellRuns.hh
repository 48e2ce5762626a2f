#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "geometry/Readout.hh"

namespace caloforge::validate {

/// A share of a cell's energy that counts in a bin of a profile.
struct BinShare {
    std::size_t bin = 0;
    double share = 1;
};

/// Cells at one place across the shower, one behind the other: a column of a grid or of rings that are alike
/// in all layers; a single cell where layers differ.
struct CellRun {
    std::size_t first = 0;   ///< index of the first cell
    std::size_t step = 0;    ///< to the next one
    std::size_t layer = 0;   ///< of the first one
    std::size_t layers = 0;  ///< how many there are, one per layer
    double x = 0, y = 0;     ///< centre; of no meaning unless `placed`
    double r = 0;            ///< distance of the centre from the axis; of a ring its middle radius
    bool placed = true;      ///< a ring that is not cut into sectors has no x and y
    bool edge = false;       ///< at the rim of the read-out
    /// Where they count in the profiles: [begin, end) of CellRuns::shares.
    struct Part {
        std::size_t begin = 0, end = 0;
    };
    Part across = {}, along = {}, radial = {};
};

/// The bins of a profile across the shower.
struct ProfileAxis {
    std::string name;   ///< of the drawing: "transverse_profile_x"
    std::string label;  ///< "x [mm]"
    std::vector<double> edges;

    std::size_t bins() const { return edges.size() - 1; }
};

/// How the cells of a read-out lie across the shower, and the bins of the profiles that are made of them.
/// Lengths in mm where the read-out states them, else in cells.
struct CellRuns {
    std::vector<CellRun> runs;
    std::vector<BinShare> shares;
    std::vector<std::size_t> cells_in_layer;  ///< (Z)
    std::vector<bool> placed_layers;          ///< (Z), whether the cells of a layer have x and y
    bool sized = false;                       ///< lengths are mm
    double pitch_x = 1, pitch_y = 1;          ///< of a grid
    /// x and y of a grid and of listed cells; r and alpha of rings.
    ProfileAxis across, along;
    ProfileAxis radial;  ///< distance from the axis

    std::size_t layers() const { return cells_in_layer.size(); }
    std::span<const BinShare> of(const CellRun::Part& part) const {
        return std::span(shares).subspan(part.begin, part.end - part.begin);
    }
};

CellRuns lay_out(const geometry::Readout& readout);

}  // namespace caloforge::validate
