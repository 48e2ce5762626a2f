#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "validate/shower/ShowerObserver.hh"
#include "validate/statistics/Resampling.hh"

namespace caloforge::validate {

/// Arrays of sums over showers, by content. Those before `fractions` decide metrics and are resampled; the
/// others are only drawn.
enum class Part : std::size_t {
    scalars,                    ///< see Scalar
    layers,                     ///< (Z), GeV
    columns_x,                  ///< (bins of the first profile), GeV
    columns_y,                  ///< (bins of the second profile), GeV
    rings,                      ///< (rings), GeV
    planes_x,                   ///< (X), GeV, of the window's planes; of showers about their axes only
    planes_y,                   ///< (Y), GeV
    spectrum,                   ///< (50), cells
    response_showers,           ///< (response_bins), showers
    response_energy,            ///< (response_bins), deposited GeV
    response_fraction,          ///< (response_bins), sampling fractions
    response_fraction_squared,  ///< (response_bins)
    moments,                    ///< (3, 2), index_moments over the filled showers; of grids only
    fractions,                  ///< (fraction_bins), showers
    layer_cells,                ///< (Z), cells above 0.1 MIP
    layer_hits,                 ///< (Z), cells with energy
    count
};
inline constexpr std::size_t resampled_parts = static_cast<std::size_t>(Part::fractions);

enum class Scalar : std::size_t {
    showers,
    filled,     ///< showers with any energy
    incident,   ///< GeV
    deposited,  ///< GeV
    fraction,   ///< sampling fractions
    fraction_squared,
    cells_above,
    maximum_layer,  ///< over the filled showers
    count
};

/// Fixed bins, fine enough to draw any set in: the sampling fraction in steps of 1/400 decade from 1e-5 to
/// 10, the incident energy in steps of 1/16 decade from 1 MeV to 1 PeV.
inline constexpr double fraction_low = 1e-5;
inline constexpr std::size_t fractions_per_decade = 400;
inline constexpr std::size_t fraction_bins = 6 * fractions_per_decade;
inline constexpr double response_low = 1e-3;
inline constexpr std::size_t responses_per_decade = 16;
inline constexpr std::size_t response_bins = 9 * responses_per_decade;

/// Sums over a number of showers: all that a metric or a profile needs. Linear, so sums of sums are sums.
class Sums {
  public:
    explicit Sums(const ShowerObserver& observer);

    /// Zeros of the same shapes, for the first `parts` parts; the others are left out.
    Sums blank(std::size_t parts = static_cast<std::size_t>(Part::count)) const;

    void add(const ShowerObserver& observer, const ShowerObservables& shower);
    /// this += weight * other, for the first `parts` parts.
    void add(const Sums& other, double weight, std::size_t parts = static_cast<std::size_t>(Part::count));

    std::span<const double> operator[](Part part) const { return values_[static_cast<std::size_t>(part)]; }
    double operator[](Scalar scalar) const { return values_[0][static_cast<std::size_t>(scalar)]; }

  private:
    Sums() = default;
    std::vector<double>& part(Part part) { return values_[static_cast<std::size_t>(part)]; }
    double& scalar(Scalar scalar) { return values_[0][static_cast<std::size_t>(scalar)]; }

    std::array<std::vector<double>, static_cast<std::size_t>(Part::count)> values_;
};

/// Sums per bin and sub-sample. Several threads may add to different sub-samples at the same time; the
/// showers of one sub-sample must come in order, which makes every sum independent of the number of threads.
class Accumulator {
  public:
    Accumulator(const ShowerObserver& observer, std::size_t bins);

    void add(std::size_t bin, std::size_t sub_sample, const ShowerObserver& observer,
             const ShowerObservables& shower);

    /// The sub-samples (32) of a bin; of all of them (computed on each call).
    std::span<const Sums> bin(std::size_t bin) const;
    std::vector<Sums> overall() const;

  private:
    std::size_t bins_;
    std::vector<Sums> sums_;  ///< (bins, sub_samples)
};

}  // namespace caloforge::validate
