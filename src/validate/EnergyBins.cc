#include "validate/EnergyBins.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"
#include "validate/UnitCheck.hh"

namespace caloforge::validate {
namespace {

// Energies are float32 in the files: closer than this they are the same.
constexpr double relative_rounding = 1e-5;

// Chance that the end of a uniform sample lies further in than this many mean distances: exp(-10).
constexpr double allowed_distances = 10;

double round_outward(double energy, bool up) {
    const double unit = std::pow(10.0, std::floor(std::log10(energy)) - 2);
    const double nearest = std::round(energy / unit) * unit;
    if (std::abs(nearest - energy) <= relative_rounding * energy) return nearest;
    return (up ? std::ceil(energy / unit) : std::floor(energy / unit)) * unit;
}

double snap_low(double energy, double tolerance, const std::vector<double>& edges) {
    for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) {
        if (*edge <= energy * (1 + relative_rounding)) {
            if (energy - *edge <= tolerance) return *edge;
            break;
        }
    }
    return round_outward(energy, false);
}

double snap_high(double energy, double tolerance, const std::vector<double>& edges) {
    for (const double edge : edges) {
        if (edge >= energy * (1 - relative_rounding)) {
            if (edge - energy <= tolerance) return edge;
            break;
        }
    }
    return round_outward(energy, true);
}

}  // namespace

std::string EnergyRange::label() const {
    return fmt::format("{:.6g}:{:.6g}", low, high);
}

EnergyBins::EnergyBins(std::vector<double> edges, EnergyRange compared)
    : edges_(std::move(edges)), compared_(compared) {
    bool good = edges_.size() >= 2 && edges_.front() > 0 && std::isfinite(edges_.back());
    for (std::size_t i = 1; i < edges_.size() && good; ++i) good = edges_[i - 1] < edges_[i];
    if (!good) {
        throw core::InputError(
            fmt::format("the energy edges {} give no bins (two or more, positive and ascending, "
                        "are needed, in GeV). Write for example 10,50,200,500?",
                        fmt::join(edges_, ",")));
    }
}

std::optional<std::size_t> EnergyBins::slot(double energy) const {
    if (!compared_.holds(energy)) return std::nullopt;
    if (energy < edges_.front() || energy > edges_.back()) return size();
    const auto above = std::upper_bound(edges_.begin() + 1, edges_.end() - 1, energy);
    return static_cast<std::size_t>(above - edges_.begin()) - 1;
}

ComparedRange compared_range(const EnergyExtent& reference, const EnergyExtent& candidate,
                             const std::vector<double>& edges) {
    const double low = std::max(reference.low, candidate.low);
    const double high = std::min(reference.high, candidate.high);
    if (low > high * (1 + relative_rounding)) {
        throw core::InputError(fmt::format(
            "the sets share no incident energy (the reference holds {:.4g} to {:.4g} GeV, the "
            "candidate {:.4g} to "
            "{:.4g} GeV). {}",
            reference.low, reference.high, candidate.low, candidate.high,
            looks_like_units(candidate.low / reference.low) ||
                    looks_like_units(candidate.high / reference.high)
                ? "One of them looks like MeV read as GeV: give --reference-scale or --candidate-scale 1000?"
                : "Compare sets made with the same --energy?"));
    }
    const double widest_low = std::min(reference.low, candidate.low);
    const double widest_high = std::max(reference.high, candidate.high);
    const double fewest = static_cast<double>(std::min(reference.showers, candidate.showers));
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
