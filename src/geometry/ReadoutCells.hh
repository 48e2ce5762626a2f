#pragma once

#include <cstddef>
#include <vector>

#include "core/Json.hh"

namespace caloforge::geometry {

/// Cells that follow no rule: boxes in layers, listed. Cell index: layer by layer, in the order of the list.
/// Valid once constructed, read-only.
class ReadoutCells {
  public:
    /// One cell in the local frame; lengths in mm.
    struct Cell {
        double x = 0, y = 0;            ///< centre
        double size_x = 0, size_y = 0;  ///< full widths
        bool operator==(const Cell&) const = default;
    };
    using Layer = std::vector<Cell>;

    /// Throws InputError saying which cell is none.
    explicit ReadoutCells(std::vector<Layer> layers);

    const std::vector<Layer>& layers() const { return layers_; }
    std::size_t cells() const { return starts_.back(); }
    /// Index of a layer's first cell.
    std::size_t start(std::size_t layer) const { return starts_[layer]; }
    /// Same number of cells in each layer.
    bool same_shape(const ReadoutCells& other) const { return starts_ == other.starts_; }
    bool operator==(const ReadoutCells&) const = default;

    core::Json json() const;
    static ReadoutCells from_json(const core::Json& json);

  private:
    std::vector<Layer> layers_;
    std::vector<std::size_t> starts_;  ///< (layers + 1)
};

}  // namespace caloforge::geometry
