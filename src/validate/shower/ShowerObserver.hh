#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geometry/Readout.hh"

namespace caloforge::validate {

/// Thresholds of the cell counts, in MIP.
inline constexpr std::array<double, 7> count_thresholds = {0.1, 0.3, 0.5, 1, 2, 5, 10};

/// What one shower is reduced to; every formula is in doc/validation.md. Energies in GeV, lengths in the
/// observer's length unit. The arrays keep their memory from shower to shower.
struct ShowerObservables {
    double incident = 0;                                             ///< E_inc
    double deposited = 0;                                            ///< sum over all cells
    double fraction = 0;                                             ///< deposited / incident
    std::array<std::size_t, count_thresholds.size()> cells_above{};  ///< cells above count_thresholds
    double largest_cell = 0;                                         ///< energy of the most energetic cell
    std::size_t maximum_layer = 0;  ///< layer with most energy, the first of equals; of no meaning when empty
    std::vector<double> layers;     ///< (Z), energy per layer
    std::vector<double> columns;    ///< (X, Y), energy summed over z
    std::vector<double> columns_x;  ///< (X), energy summed over y and z
    std::vector<double> columns_y;  ///< (Y), energy summed over x and z
    std::vector<double> rings;      ///< (rings), energy by distance from the axis, one cell width each
    std::vector<double> layer_x;    ///< (Z), sum of E x over the cells of a layer
    std::vector<double> layer_y;    ///< (Z), sum of E y
    std::vector<double> layer_xx;   ///< (Z), sum of E x^2
    std::vector<double> layer_yy;   ///< (Z), sum of E y^2
    std::vector<std::uint32_t> spectrum;  ///< (50), cells per bin of log10 E
    std::array<double, 3>
        mean{};  ///< energy-weighted centre in x, y and z (z in layers, from 0); 0 when empty
    std::array<double, 3> width{};  ///< energy-weighted standard deviation about it; 0 when empty
};

/// Mean and standard deviation of a coordinate, weighted with energy.
struct Moments {
    double mean = 0;
    double width = 0;
};
/// From the sums of E (above zero), E x and E x^2.
Moments moments(double energy, double first, double second);

/// Which axes the cells have: x and y about the shower's axis, or r and alpha (CaloChallenge).
enum class Frame { cartesian, cylindrical };

/// Reduces showers of one grid. Read-only once constructed, so any number of threads may share one.
class ShowerObserver {
  public:
    static constexpr std::size_t spectrum_bins = 50;
    static constexpr double spectrum_top = 1.0;  ///< GeV
    static constexpr double threshold_in_mip = count_thresholds.front();

    /// `mip` in GeV. Throws InputError when 0.1 MIP is not between 0 and the top of the spectrum, and for
    /// cells that are not alike in all layers.
    ShowerObserver(const geometry::Readout& readout, double mip);

    /// `cells` in the read-out's order, GeV, `incident` in GeV and above zero.
    void observe(std::span<const float> cells, double incident, ShowerObservables& out) const;

    /// (x, y, layer) or (ring, sector, layer).
    const geometry::ReadoutGrid& grid() const { return grid_; }
    Frame frame() const { return frame_; }
    /// Rings of one cell width (of x) around the axis; of a cylindrical grid its own.
    std::size_t rings() const { return rings_; }
    /// (51), GeV, equal steps of log10 E.
    const std::vector<double>& spectrum_edges() const { return spectrum_edges_; }
    /// Centres of the columns (X, Y), about the axis: in mm where the grid has sizes, else in cell widths.
    const std::vector<double>& column_x() const { return column_x_; }
    const std::vector<double>& column_y() const { return column_y_; }
    /// "mm" or "cells": the unit of these lengths.
    const char* length_unit() const { return sized_ ? "mm" : "cells"; }
    /// (mean, variance) per axis in cell indices counted from 0, of a shower that is not empty: (3, 2).
    std::array<double, 6> index_moments(const ShowerObservables& shower) const;
    /// Whether a column lies at the edge of the window (its outermost rows, its outermost ring).
    bool at_edge(std::size_t column) const;

  private:
    void add_column(std::span<const float> cells, std::size_t column, ShowerObservables& out) const;
    static void add_moments(ShowerObservables& out);

    geometry::ReadoutGrid grid_;
    Frame frame_;
    bool sized_;
    std::size_t rings_ = 0;
    std::array<double, count_thresholds.size()> thresholds_{};  ///< GeV
    std::vector<std::size_t> ring_of_column_;                   ///< (X, Y)
    std::vector<double> column_x_;                              ///< (X, Y)
    std::vector<double> column_y_;                              ///< (X, Y)
    std::vector<double> spectrum_edges_;
};

}  // namespace caloforge::validate
