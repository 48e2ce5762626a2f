#pragma once

#include "network/ForgeWriter.hh"

namespace caloforge::network {

/// What the cells of a layer may expect of its energy: their shares of Gaussian distributions about the
/// impact point (forge_spreads), weighted as the layers' energies say.
class ForgeExpectation : public ForgeWriter {
  public:
    using ForgeWriter::ForgeWriter;

    /// What of each of forge_spreads lies in every cell, "spread" (spreads, layers * X, Y), in every cell of
    /// a group, "group_spread_<group>" (spreads, layers, X, Y) and as an image "group_spread_image_<group>",
    /// and in its cells and those drawn after it together, "spread_to_come_<group>" (spreads, layers);
    /// layers: place_layers().
    void spread_shares();
    /// "narrow_shares_<g>" (narrow spreads, layers, X, Y): what of those of forge_spreads below a cell lies
    /// in the cells of group g, as a convolution reads it.
    std::string narrow_shares(std::size_t g);
    /// The energies that layer z's cells may expect, as a convolution reads them; their "weights_<z>"
    /// (spreads, 1, 1), and how much of the layer's energy a group and those after it may expect:
    /// "to_come_<group>_<z>" (1).
    std::string expect(std::size_t z);

  private:
    /// Of cylindrical cells: "ring_spread" (spreads, 1, 1, rings), how much lies in a sector of every ring,
    /// and "sector_nothing" (1, 1, sectors, 1), zeros.
    void ring_shares();
    /// Of group g's rings and sectors, or of all (null): (spreads, 1, X, Y).
    std::string on_rings(const std::string& name, const std::size_t* g);

    /// "spread_to_come_<g>", from what lies in group g and in those drawn after it, which it then includes.
    void to_come(std::size_t g, const std::string& own, std::string& after);
    /// How much of each of forge_spreads lies between the borders of a line of cells along one axis:
    /// (spreads, layers, cells, 1), or (spreads, layers, 1, cells). The line: `count` cells, every `step`-th
    /// from `place` on.
    std::string spread_line(const std::string& name, std::size_t axis, std::size_t place, std::size_t step,
                            std::int64_t count);
};

}  // namespace caloforge::network
