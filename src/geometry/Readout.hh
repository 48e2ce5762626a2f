#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "geometry/ReadoutCells.hh"
#include "geometry/ReadoutGrid.hh"
#include "geometry/ReadoutRings.hh"

namespace caloforge::geometry {

/// The cells that a shower is read out in, in the local frame: what a detector, a file, a batch and a
/// simulation mean by their numbers. One of three kinds, each of which states the order of its cells in
/// memory. A value, read-only and cheap to copy; any number of threads may share one.
class Readout {
  public:
    /// No cells.
    Readout() = default;
    Readout(const ReadoutGrid& grid) : kind_(grid) {}
    Readout(ReadoutRings rings) : kind_(std::make_shared<const ReadoutRings>(std::move(rings))) {}
    Readout(ReadoutCells list) : kind_(std::make_shared<const ReadoutCells>(std::move(list))) {}

    /// What it is; null where it is another kind.
    const ReadoutGrid* grid() const;
    const ReadoutRings* rings() const;
    const ReadoutCells* list() const;
    /// The grid. Throws InputError for another kind: "`who` takes Cartesian cells (...)".
    const ReadoutGrid& need_grid(const std::string& who) const;

    std::size_t cells() const;
    std::size_t layers() const;
    /// How many cells there are along (x, y, layer) of a grid, (ring, sector, layer) of cylindrical cells
    /// that are alike in all layers, with the widths of cells or rings (0 when nobody says); nothing for all
    /// others.
    std::optional<ReadoutGrid> extents() const;
    /// Layer of a cell, from 0 at the front.
    std::size_t layer_of(std::size_t cell) const;
    /// (x, y, layer) or (ring, sector, layer) of a cell, from 0; of a list (its place in the layer, 0,
    /// layer).
    std::array<std::size_t, 3> place_of(std::size_t cell) const;
    /// As many cells of the same kind in every place; sizes are not compared, most files do not hold them.
    bool same_shape(const Readout& other) const;
    /// Whether both state the sizes of their cells and these differ by more than rounding, in some layer. Of
    /// grids, and rings alike in all layers, also of other shapes.
    bool differs_in_size(const Readout& other) const;
    /// What differs between the bins of two read-outs where text() does not say it: "cells of 5 x 5 mm and of
    /// 10 x 10 mm", "layer 3 has the ring edges 0, 50, 100 mm and 0, 40, 100 mm"; else "".
    std::string difference(const Readout& other) const;
    /// "5.1 x 5.1 mm"; "no stated size".
    std::string size_text() const;
    bool operator==(const Readout& other) const;

    /// "25x25x25 cells", "45 layers of 16 sectors x 9 rings", "533 cells in 7 layers".
    std::string text() const;
    /// "cell 15612 (x 24, y 24, z 12)".
    std::string cell_text(std::size_t cell) const;

    /// from_json(json()) is the same. Of a grid as ReadoutGrid's, else with `kind`. Throws InputError.
    core::Json json() const;
    static Readout from_json(const core::Json& json);

  private:
    std::variant<ReadoutGrid, std::shared_ptr<const ReadoutRings>, std::shared_ptr<const ReadoutCells>> kind_;
};

}  // namespace caloforge::geometry
