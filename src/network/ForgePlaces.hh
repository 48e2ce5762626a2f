#pragma once

#include "network/ForgeCentre.hh"
#include "network/ForgeExpectation.hh"

namespace caloforge::network {

/// What the cells are told of where they lie: the same for all layers, or, where the window moves, for each
/// its own, one below the other along X.
class ForgePlaces : public ForgeWriter {
  public:
    ForgePlaces(ForgeDraft& draft, ForgeExpectation& expectation)
        : ForgeWriter(draft), expectation_(expectation), centre_(draft) {}

    /// Of group g, for convolutions to read: "place_features_<g>" (channels, X, Y), made of smooth functions
    /// of the place relative to the impact point, equal under the eight symmetries of the window; "fine_<g>"
    /// (F, X, Y), whose values change within a fraction of a cell at the border nearest to the impact point,
    /// and which way the shower leans; and "fine_features_<g>" (hidden, X, Y), made of those.
    void describe(std::size_t g);

  private:
    /// Of cylindrical cells: where group g's lie, "x_<g>" and "y_<g>" (1, 1, X, Y), widths of a ring.
    void on_rings(std::size_t g);

    ForgeExpectation& expectation_;
    ForgeCentre centre_;
};

}  // namespace caloforge::network
