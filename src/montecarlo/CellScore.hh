#pragma once

#include <span>
#include <vector>

#include "geometry/ReadoutGrid.hh"

namespace caloforge::montecarlo {

/// How deposits are put into cells.
enum class Binning {
    cartesian,   ///< (x, y, layer) of the detector's grid
    cylindrical  ///< (r, alpha, layer) around the particle's axis, as in CaloChallenge data sets 2 and 3
};

/// Adds up what one shower deposits in the active slabs. One thread.
class CellScore {
  public:
    /// Cartesian: the cells of `grid`. Cylindrical: nx rings of width cell_x (mm), ny sectors, nz layers.
    CellScore(const geometry::ReadoutGrid& grid, Binning binning);

    /// For the next shower, whose axis enters at (x, y), mm, and runs along +z.
    void start(double axis_x, double axis_y);
    /// `energy` GeV at (x, y), mm, in a cell layer. What lies beside all cells is counted as outside.
    void add(int layer, double x, double y, double energy);

    /// (X, Y, Z) or (r, alpha, layer), GeV.
    const std::vector<double>& cells() const { return cells_; }
    double outside() const { return outside_; }  ///< GeV

  private:
    geometry::ReadoutGrid grid_;
    Binning binning_;
    double axis_x_ = 0, axis_y_ = 0;
    std::vector<double> cells_;
    double outside_ = 0;
};

}  // namespace caloforge::montecarlo
