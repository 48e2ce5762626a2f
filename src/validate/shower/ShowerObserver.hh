#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geometry/Readout.hh"
#include "sample/Columns.hh"
#include "validate/shower/CellRuns.hh"

namespace caloforge::validate {

/// Thresholds of the cell counts, in MIP.
inline constexpr std::array<double, 7> count_thresholds = {0.1, 0.3, 0.5, 1, 2, 5, 10};

/// What one shower is reduced to; every formula is in doc/validation.md. Energies in GeV, lengths in the
/// observer's length unit, x and y about the observer's axis. The arrays keep their memory from shower to
/// shower.
struct ShowerObservables {
    double incident = 0;                                             ///< E_inc
    double deposited = 0;                                            ///< sum over all cells
    double placed = 0;                                               ///< over the cells with x and y
    double fraction = 0;                                             ///< deposited / incident
    std::array<std::size_t, count_thresholds.size()> cells_above{};  ///< cells above count_thresholds
    double largest_cell = 0;                                         ///< energy of the most energetic cell
    std::size_t maximum_layer = 0;  ///< layer with most energy, the first of equals; of no meaning when empty
    std::vector<double> layers;     ///< (Z), energy per layer
    std::vector<double> columns;    ///< (runs of cells), energy summed over z
    std::vector<double> columns_x;  ///< (bins of the first profile), energy
    std::vector<double> columns_y;  ///< (bins of the second profile), energy
    std::vector<double> rings;      ///< (rings), energy by distance from the axis
    std::vector<double> planes_x, planes_y;  ///< (X), (Y) of the window's planes of cells; about axes only
    std::vector<double> layer_x;             ///< (Z), sum of E x over the cells of a layer
    std::vector<double> layer_y;             ///< (Z), sum of E y
    std::vector<double> layer_xx;            ///< (Z), sum of E x^2
    std::vector<double> layer_yy;            ///< (Z), sum of E y^2
    std::vector<double> layer_r;             ///< (Z), sum of E r; of rings alone
    std::vector<double> layer_rr;            ///< (Z), sum of E r^2
    std::vector<std::uint32_t> layer_hits;   ///< (Z), cells with energy
    std::vector<std::uint32_t> layer_cells;  ///< (Z), cells above the first of count_thresholds
    std::vector<std::uint32_t> spectrum;     ///< (50), cells per bin of log10 E
    std::array<double, 3>
        mean{};  ///< energy-weighted centre in x, y and z (z in layers, from 0); 0 when empty
    std::array<double, 3> width{};  ///< energy-weighted standard deviation about it; 0 when empty
    /// Energy times distance from the shower's own centre, summed over the cells with x and y.
    double distance = 0;
    double side = 0;            ///< energy of the cells at the rim
    double largest_column = 0;  ///< energy of the most energetic run of cells

    struct Deposit {
        double energy, x, y;
    };
    std::vector<Deposit> deposits;  ///< of a shower about its axis, for the distances
};

/// Mean and standard deviation of a coordinate, weighted with energy.
struct Moments {
    double mean = 0;
    double width = 0;
};
double total_of(const std::vector<double>& values);
/// From the sums of E (above zero), E x and E x^2.
Moments moments(double energy, double first, double second);

/// Which axes the cells have: x and y in columns of cells, r and alpha, or x and y of listed cells.
enum class Frame { cartesian, cylindrical, listed };

/// About what the x and y of cells are taken.
struct AxisChoice {
    /// Depth of the middle of each layer, mm from the front face, (Z): about the axis of each shower, the
    /// line from its impact point along its direction. Empty: about the axis of the read-out.
    std::vector<double> depths = {};
    bool impact = true;  ///< the impact points are known; else every line begins at the middle
};

/// Reduces showers of one read-out. Read-only once constructed, so any number of threads may share one.
class ShowerObserver {
  public:
    static constexpr std::size_t spectrum_bins = 50;
    static constexpr double spectrum_top = 1.0;  ///< GeV
    static constexpr double threshold_in_mip = count_thresholds.front();

    /// `mip` in GeV. Throws InputError when 0.1 MIP is not between 0 and the top of the spectrum, and for
    /// depths that are not those of a grid with sizes, one for each layer.
    ShowerObserver(const geometry::Readout& readout, double mip, AxisChoice axis = {});

    /// A row with the fields `showers`, `energy` and, about the showers' axes, `direction` and `impact`.
    void observe(const sample::Row& shower, ShowerObservables& out) const;
    /// `cells` in the read-out's order, GeV, `incident` in GeV and above zero; theta and phi, x0 and y0 as
    /// the condition fields have them, where showers are seen about their axes.
    void observe(std::span<const float> cells, double incident, ShowerObservables& out,
                 std::array<double, 2> direction = {}, std::array<double, 2> impact = {}) const;

    Frame frame() const { return frame_; }
    const CellRuns& cells() const { return runs_; }
    std::size_t layers() const { return runs_.layers(); }
    std::size_t cell_count() const { return cell_count_; }
    /// Whether all layers are alike, so that cells stand behind one another.
    bool has_columns() const { return has_columns_; }
    /// Whether x and y are those about each shower's own axis.
    bool about_axes() const { return !axis_.depths.empty(); }
    const AxisChoice& axis() const { return axis_; }
    /// (51), GeV, equal steps of log10 E.
    const std::vector<double>& spectrum_edges() const { return spectrum_edges_; }
    /// "mm" or "cells": the unit of these lengths.
    const char* length_unit() const { return runs_.sized ? "mm" : "cells"; }
    /// (mean, variance) per axis in cell indices counted from 0, of a shower in a grid that is not empty: (3,
    /// 2).
    std::array<double, 6> index_moments(const ShowerObservables& shower) const;

  private:
    void clear(ShowerObservables& out) const;
    void add_run(std::span<const float> cells, std::size_t run, ShowerObservables& out) const;
    void count(double energy, std::size_t layer, ShowerObservables& out) const;
    void observe_about(std::span<const float> cells, const std::array<double, 2>& direction,
                       const std::array<double, 2>& impact, ShowerObservables& out) const;
    void add_moments(ShowerObservables& out) const;
    void add_columns(ShowerObservables& out) const;

    CellRuns runs_;
    Frame frame_;
    AxisChoice axis_;
    std::size_t cell_count_;
    bool has_columns_;
    std::array<double, count_thresholds.size()> thresholds_{};  ///< GeV
    std::vector<double> spectrum_edges_;
};

}  // namespace caloforge::validate
