#pragma once

#include <string>
#include <vector>

#include "network/ForgeWriter.hh"

namespace caloforge::network {

/// What a forge is told of a particle besides its energy and impact point, and the window about its axis that
/// moves from layer to layer.
class ForgeFrame : public ForgeWriter {
  public:
    using ForgeWriter::ForgeWriter;

    /// Features of particle and direction, whose names this returns: 1 for one of its kinds, 0 for the
    /// others, all but the first; 1 / cos(theta) - 1. With directions also "slope_x" and "slope_y" (1),
    /// tan(theta) cos(phi) and tan(theta) sin(phi).
    std::vector<std::string> describe();
    /// Of all layers: "frame_pairs" (layers, 2), the cells that the axis goes through, counted from the
    /// middle of the read-out; "beside_x" and "beside_y" (1, layers, 1, 1), from the axis to the middle of
    /// that cell, cells; and "drifts" (layers - 1, 2), by how much every layer's window lies before the next
    /// one's.
    void place();
    /// The layers before z that its cells are made from, "past_seen_<z>" (past_layers, X, Y), oldest first,
    /// in the frame of layer z. `nothing` (1, X, Y): a layer without energy.
    std::string past(std::size_t z, const std::string& nothing);
    /// Layer z's cells where they lie in the read-out, "placed_<z>" (1, grid X, grid Y).
    std::string placed(std::size_t z);

  private:
    /// One row of (rows, 2), as a `move` layer takes it: (2).
    std::string cells_of(const std::string& name, const std::string& pairs, std::size_t row);
};

}  // namespace caloforge::network
