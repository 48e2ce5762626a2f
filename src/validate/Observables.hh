#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geometry/ReadoutGrid.hh"

namespace caloforge::validate {

/// What one shower is reduced to; every formula is in doc/validation.md. Energies in GeV. The arrays keep
/// their memory from shower to shower.
struct ShowerObservables {
    double incident = 0;            ///< E_inc
    double deposited = 0;           ///< sum over all cells
    double fraction = 0;            ///< deposited / incident
    std::size_t cells_above = 0;    ///< cells above 0.1 MIP
    std::size_t maximum_layer = 0;  ///< layer with most energy, the first of equals; of no meaning when empty
    std::vector<double> layers;     ///< (Z), energy per layer
    std::vector<double> columns_x;  ///< (X), energy summed over y and z
    std::vector<double> columns_y;  ///< (Y), energy summed over x and z
    std::vector<double> rings;      ///< (rings), energy by distance from the axis, one cell width each
    std::vector<std::uint32_t> spectrum;  ///< (50), cells per bin of log10 E
};

/// Which axes the cells have: x and y about the shower's axis, or r and alpha (CaloChallenge).
enum class Frame { cartesian, cylindrical };

/// Reduces showers of one grid. Read-only once constructed, so any number of threads may share one.
class ShowerObserver {
  public:
    static constexpr std::size_t spectrum_bins = 50;
    static constexpr double spectrum_top = 1.0;  ///< GeV
    static constexpr double threshold_in_mip = 0.1;

    /// `mip` in GeV. Throws InputError when 0.1 MIP is not between 0 and the top of the spectrum.
    ShowerObserver(const geometry::ReadoutGrid& grid, Frame frame, double mip);

    /// `cells` (X, Y, Z) in GeV, `incident` in GeV and above zero.
    void observe(std::span<const float> cells, double incident, ShowerObservables& out) const;

    const geometry::ReadoutGrid& grid() const { return grid_; }
    Frame frame() const { return frame_; }
    /// Rings of one cell width (of x) around the axis; 0 in the cylindrical frame.
    std::size_t rings() const { return rings_; }
    /// (51), GeV, equal steps of log10 E.
    const std::vector<double>& spectrum_edges() const { return spectrum_edges_; }

  private:
    geometry::ReadoutGrid grid_;
    Frame frame_;
    std::size_t rings_ = 0;
    std::vector<std::size_t> ring_of_column_;  ///< (X, Y)
    std::vector<double> spectrum_edges_;
};

}  // namespace caloforge::validate
