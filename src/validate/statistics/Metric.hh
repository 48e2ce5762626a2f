#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/Json.hh"
#include "validate/statistics/Resampling.hh"

namespace caloforge::validate {

/// How a metric's values are written.
enum class Display {
    number,
    percent,  ///< a relative difference: 0.02 is "+2.00 %"
    shift     ///< a difference with its sign, in the metric's unit
};

/// What a metric is, whatever it was measured on. Everything that shows, limits or compares metrics asks
/// here, and metrics.json carries it, so no reader needs a table of its own.
struct MetricInfo {
    std::string name;   ///< "correlation_mad"
    std::string title;  ///< "Correlations, mean absolute difference"
    std::string unit = "1";
    double ideal = 0;  ///< its value when the candidate is the reference itself
    Display display = Display::number;
    Scaling scaling = Scaling::difference;
    bool has_floor = true;        ///< an uncertainty and a floor belong to it
    bool averaged = false;        ///< over all ranges it is the mean over the bins, as published
    std::string observable = {};  ///< the one observable that it speaks of; empty: it sums up the comparison
    std::string kind = {};  ///< of an observable's: what all metrics of this kind are called, "Separation"
};

/// How a value lies beside its floor.
enum class AgainstFloor {
    within,   ///< no farther from the ideal than the floor is
    unclear,  ///< farther, but by no more than two standard deviations, or by who knows how many
    beyond,   ///< farther by more than two standard deviations
    none      ///< there is no value or no floor
};
const char* to_string(AgainstFloor state);

/// One figure of a comparison, in one range of the binning variable.
struct Metric : MetricInfo {
    std::string range;                  ///< "10:20", in the binning variable's unit, or "theta 0:10"
    std::optional<double> value;        ///< nothing when it cannot be told; `reason` says why
    std::optional<double> uncertainty;  ///< one standard deviation
    std::optional<double> floor;        ///< value that the metric has between halves of the reference
    std::string reason;                 ///< why something above is missing; empty otherwise
    /// Of the most significant among many: which it is ("width_x"), and the probability that chance alone
    /// makes one of as many that significant (the look-elsewhere effect taken in, by the number tried).
    std::string where;
    std::optional<double> chance;
    std::size_t n_reference = 0;  ///< samples
    std::size_t n_candidate = 0;

    Metric() = default;
    explicit Metric(MetricInfo info, std::string label = "")
        : MetricInfo(std::move(info)), range(std::move(label)) {}

    bool sums_up() const { return observable.empty(); }
    /// |value - ideal| and |floor - ideal|; 0 where there is none.
    double distance() const;
    double floor_distance() const;
    /// The one place where values are held against floors.
    AgainstFloor against_floor() const;
    /// The smallest distance from the ideal that samples like these would have shown to be beyond_floor()
    /// with a probability of 90 %. Nothing where uncertainty or floor is not known.
    std::optional<double> detectable() const;
    bool beyond_floor() const { return against_floor() == AgainstFloor::beyond; }
    /// As doc/validation.md describes it; the range under the name of the binning variable's field, or of a
    /// slicing.
    core::Json json(const std::string& field) const;
};

/// A value, or why there is none.
struct Outcome {
    std::optional<double> value;
    std::string reason;
};

/// The reason of a metric that has no value because it needs `needs` samples (called `word`) in each set.
std::string too_few(std::size_t reference, std::size_t candidate, std::size_t needs, const std::string& word);

}  // namespace caloforge::validate
