#pragma once

#include <vector>

#include "geometry/Readout.hh"
#include "montecarlo/EnergySum.hh"

namespace caloforge::montecarlo {

/// Adds up what one shower deposits in the active slabs. One thread.
class CellScore {
  public:
    /// Cells about the detector's axis where they are Cartesian, about the particle's where they are
    /// cylindrical. Throws InputError for irregular ones, and for such without sizes.
    explicit CellScore(geometry::Readout readout);

    /// For the next shower, whose axis enters at (x, y), mm, and runs along +z.
    void start(double axis_x, double axis_y);
    /// `energy` GeV at (x, y), mm, in a cell layer. What lies beside all cells is counted as outside.
    void add(int layer, double x, double y, double energy);

    /// What another part of the same shower deposited.
    void add(const CellScore& part);

    /// In the read-out's order.
    const std::vector<EnergySum>& cells() const { return cells_; }
    double outside() const { return outside_.value(); }  ///< GeV

  private:
    /// What add() needs of one layer of rings.
    struct Rings {
        std::size_t start, count;
        double sectors;
        double width;                      ///< of each ring, mm; 0 where they differ
        const std::vector<double>* edges;  ///< mm
    };
    void add_to_rings(const Rings& rings, double x, double y, double energy);

    geometry::Readout readout_;
    geometry::ReadoutGrid grid_;  ///< empty for cylindrical cells
    std::vector<Rings> rings_;    ///< (layers), empty for Cartesian cells
    double axis_x_ = 0, axis_y_ = 0;
    std::vector<EnergySum> cells_;
    EnergySum outside_;
};

}  // namespace caloforge::montecarlo
