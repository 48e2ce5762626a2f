#pragma once

#include <cstddef>
#include <vector>

#include "core/Json.hh"

namespace caloforge::geometry {

/// Cells around a particle's axis, layer by layer: rings, each cut into sectors of equal angle from alpha = 0
/// (+x) on. Layers may differ, as in the CaloChallenge's data set 1. Cell index: layer by layer, within one
/// alpha * rings + ring, so (Z, alpha, R) with R fastest. Valid once constructed, read-only.
class ReadoutRings {
  public:
    struct Layer {
        std::vector<double> edges;  ///< (rings + 1), mm, ascending; 0, 1, 2, ... where nobody says (`sized`)
        std::size_t sectors = 1;
        int id = 0;  ///< what the calorimeter calls the layer

        std::size_t rings() const { return edges.size() - 1; }
        std::size_t cells() const { return rings() * sectors; }
        bool operator==(const Layer&) const = default;
    };

    /// Throws InputError saying which layer is none.
    explicit ReadoutRings(std::vector<Layer> layers, bool sized = true);
    /// Layers that are alike, of rings `ring_width` mm wide; 0 when nobody says.
    static ReadoutRings regular(std::size_t layers, std::size_t sectors, std::size_t rings,
                                double ring_width = 0);

    const std::vector<Layer>& layers() const { return layers_; }
    std::size_t cells() const { return starts_.back(); }
    /// Index of a layer's first cell.
    std::size_t start(std::size_t layer) const { return starts_[layer]; }
    /// Whether the edges are lengths.
    bool sized() const { return sized_; }
    /// Whether all layers have the same rings and sectors.
    bool is_regular() const;
    bool same_shape(const ReadoutRings& other) const;
    bool operator==(const ReadoutRings&) const = default;

    core::Json json() const;
    static ReadoutRings from_json(const core::Json& json);

  private:
    std::vector<Layer> layers_;
    std::vector<std::size_t> starts_;  ///< (layers + 1)
    bool sized_;
};

}  // namespace caloforge::geometry
