#include "validate/statistics/Bins.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"

namespace caloforge::validate {
namespace {

// Values are float32 in the files: closer than this they are the same.
constexpr double relative_rounding = 1e-5;

// Chance that the end of a uniform sample lies further in than this many mean distances: exp(-10).
constexpr double allowed_distances = 10;

double rounding_of(double value) {
    return relative_rounding * std::abs(value);
}

double round_outward(double value, bool up) {
    if (value == 0) return 0;
    const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 2);
    const double nearest = std::round(value / unit) * unit;
    if (std::abs(nearest - value) <= rounding_of(value)) return nearest;
    return (up ? std::ceil(value / unit) : std::floor(value / unit)) * unit;
}

double snap_low(double value, double tolerance, const std::vector<double>& edges) {
    for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) {
        if (*edge <= value + rounding_of(value)) {
            if (value - *edge <= tolerance) return *edge;
            break;
        }
    }
    return round_outward(value, false);
}

double snap_high(double value, double tolerance, const std::vector<double>& edges) {
    for (const double edge : edges) {
        if (edge >= value - rounding_of(value)) {
            if (edge - value <= tolerance) return edge;
            break;
        }
    }
    return round_outward(value, true);
}

}  // namespace

std::string Range::label() const {
    return fmt::format("{:.6g}:{:.6g}", low, high);
}

Bins::Bins(const Binning& binning, Range compared) : edges_(binning.edges), compared_(compared) {
    bool good = edges_.size() >= 2 && std::isfinite(edges_.front()) && std::isfinite(edges_.back()) &&
                (edges_.front() > 0 || !binning.positive);
    for (std::size_t i = 1; i < edges_.size() && good; ++i) good = edges_[i - 1] < edges_[i];
    if (!good) {
        throw core::InputError(fmt::format(
            "the {} edges {} give no bins (two or more, {}ascending, are needed, in {}). Write for example "
            "10,50,200,500?",
            binning.field, fmt::join(edges_, ","), binning.positive ? "positive and " : "", binning.unit));
    }
}

std::optional<std::size_t> Bins::slot(double value) const {
    if (!compared_.holds(value)) return std::nullopt;
    if (value < edges_.front() || value > edges_.back()) return size();
    const auto above = std::upper_bound(edges_.begin() + 1, edges_.end() - 1, value);
    return static_cast<std::size_t>(above - edges_.begin()) - 1;
}

std::optional<ComparedRange> compared_range(const Extent& reference, const Extent& candidate,
                                            const std::vector<double>& edges) {
    const double low = std::max(reference.low, candidate.low);
    const double high = std::min(reference.high, candidate.high);
    if (low > high + rounding_of(high)) return std::nullopt;
    const double widest_low = std::min(reference.low, candidate.low);
    const double widest_high = std::max(reference.high, candidate.high);
    const double fewest = static_cast<double>(std::min(reference.samples, candidate.samples));
    const double tolerance = allowed_distances * (widest_high - widest_low) / fewest;

    ComparedRange result;
    const bool cut_low = low - widest_low > tolerance;
    const bool cut_high = widest_high - high > tolerance;
    result.restricted = cut_low || cut_high;
    result.range.low = snap_low(cut_low ? low : widest_low, tolerance, edges);
    result.range.high = snap_high(cut_high ? high : widest_high, tolerance, edges);
    return result;
}

}  // namespace caloforge::validate
