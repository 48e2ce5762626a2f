#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "core/Json.hh"
#include "validate/Accumulator.hh"

namespace caloforge::validate {

/// One figure of a comparison, in one range of the incident energy.
struct Metric {
    std::string name;
    std::string energy;                 ///< "10:20", GeV
    std::optional<double> value;        ///< nothing when it cannot be told; `reason` says why
    std::optional<double> uncertainty;  ///< one standard deviation
    std::optional<double> floor;        ///< size the metric has between halves of the reference
    std::string reason;                 ///< why something above is missing; empty otherwise
    std::string group = "summary";      ///< or "observable": one of the many on single observables
    std::size_t n_reference = 0;        ///< showers
    std::size_t n_candidate = 0;

    /// Larger than the floor by more than twice the uncertainty.
    bool beyond_floor() const;
    /// {"name", "energy", "group", "value", "uncertainty", "floor", "reason"?, "n_reference", "n_candidate"}
    core::Json json() const;
};

/// A value, or why there is none.
struct Outcome {
    std::optional<double> value;
    std::string reason;
};

/// The reason of a metric that has no value because it needs `needs` showers in each set.
std::string too_few_showers(std::size_t reference, std::size_t candidate, std::size_t needs);

/// How the statistical part of a metric goes with the sizes of the two sets.
enum class Scaling {
    difference,  ///< as sqrt(1/n1 + 1/n2)
    quadratic,   ///< as 1/n1 + 1/n2
    none         ///< not at all: chi-square per degree of freedom
};

/// What a number stands for on the terminal.
enum class Display { percent, layers, number };

/// A metric that follows from sums over two sets: formula, how many showers it needs in each, how it scales.
struct Definition {
    const char* name;
    Outcome (*evaluate)(const Sums& reference, const Sums& candidate);
    std::size_t needs;
    Scaling scaling;
    Display display;
};

/// All metrics that are measured, in the order in which they are listed.
std::span<const Definition> definitions();

/// 1/2 sum (h1 - h2)^2 / (h1 + h2) of two histograms, each first normalised to one. Nothing when one is
/// empty.
std::optional<double> separation(std::span<const double> first, std::span<const double> second);

/// candidate / reference - 1, the one of largest magnitude among the `used` bins; nothing without such a bin.
std::optional<double> largest_deviation(std::span<const double> reference, double reference_norm,
                                        std::span<const double> candidate, double candidate_norm,
                                        const std::vector<bool>& used);

/// Bins that hold more than `share` of the sum.
std::vector<bool> bins_above(std::span<const double> sums, double share);
/// The fewest bins, taken from the largest down, that hold `share` of the sum.
std::vector<bool> bins_holding(std::span<const double> sums, double share);

}  // namespace caloforge::validate
