// What makes figures of two sets meaningless, or hard to compare with others.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/Error.hh"
#include "core/Log.hh"
#include "validate/calochallenge/ReadSet.hh"
#include "validate/statistics/UnitCheck.hh"

namespace caloforge::validate::calochallenge {
namespace {

using core::InputError;

/// Ends of the spectrum, with room for rounding.
constexpr double rounding = 1e-3;
/// At most so many different energies count as fixed ones, where there are as many times more showers.
constexpr std::size_t most_steps = 50, showers_per_step = 4;
/// Mean deposits below this share of the incident energy are not yet divided by a sampling fraction.
constexpr double least_response = 0.2;

struct Energies {
    double low, high;
    std::size_t steps;  ///< different values; most_steps + 1: more
    double response;    ///< all deposits over all incident energies
};

Energies energies_of(const FeatureTable& table) {
    Energies out{};
    const auto [low, high] = std::ranges::minmax(table.incident);
    std::set<double> steps;
    for (std::size_t i = 0; i < table.size() && steps.size() <= most_steps; ++i)
        steps.insert(table.incident[i]);
    out.low = low;
    out.high = high;
    out.steps = steps.size();
    out.response = std::accumulate(table.deposited.begin(), table.deposited.end(), 0.0) /
                   std::accumulate(table.incident.begin(), table.incident.end(), 0.0);
    return out;
}

void check_one(const DataSet& set, const Energies& found, const ReadAs& how) {
    const auto between = fmt::format(
        "incident energies of the {} lie between {:.6g} and {:.6g} MeV, those of data "
        "set {} between {:.6g} and {:.6g}",
        how.name, found.low, found.high, set.name, set.lowest_energy, set.highest_energy);
    // Beyond the spectrum altogether, or at a thousandth of both its ends.
    const bool shifted =
        looks_like_units(found.low / set.lowest_energy) && looks_like_units(found.high / set.highest_energy);
    const bool low =
        found.high < set.lowest_energy * (1 - rounding) || (shifted && found.low < set.lowest_energy);
    const bool high = found.low > set.highest_energy * (1 + rounding) || (shifted && !low);
    if (low || high) {
        throw UnitError(
            fmt::format("{} (`incident_energies` in {}?). Read the file with {} {}, or with {} {} where "
                        "`showers` are in MeV?",
                        between, low ? "GeV" : "keV", how.scale_name, low ? "1" : "1e6",
                        how.energy_scale_name, low ? "1" : "1e6"));
    }
    if (found.low < set.lowest_energy * (1 - rounding) || found.high > set.highest_energy * (1 + rounding))
        core::warning("{}: figures of other files of this data set cannot be compared with these.", between);
    if (found.response <= 0) {
        throw UnitError(
            fmt::format("every voxel of the {} is below the cut of {:.4g} MeV (`showers` in GeV?). Read "
                        "the file with {} 1 and {} 1000?",
                        how.name, set.cut, how.scale_name, how.energy_scale_name));
    }
    if (found.response < least_response) {
        core::warning(
            "the {} deposits {:.2g} of its incident energy: the CaloChallenge's files hold energies "
            "divided by the sampling fraction, to which cut and histograms belong. Read the file with {} "
            "{:.3g} "
            "and {} {:g}?",
            how.name, found.response, how.scale_name, how.cells_per_gev() * found.response,
            how.energy_scale_name, how.incident_per_gev());
    }
}

bool are_fixed(const Energies& energies, std::size_t showers) {
    return energies.steps <= most_steps && energies.steps * showers_per_step <= showers;
}

}  // namespace

void check_comparable(const DataSet& set, const FeatureTable& reference, const FeatureTable& candidate,
                      const ReadAs& as_reference, const ReadAs& as_candidate) {
    const Energies first = energies_of(reference), second = energies_of(candidate);
    check_one(set, first, as_reference);
    check_one(set, second, as_candidate);
    if (looks_like_units(second.response / first.response)) {
        const bool high = second.response > first.response;
        const ReadAs& low = high ? as_reference : as_candidate;
        const ReadAs& other = high ? as_candidate : as_reference;
        throw UnitError(fmt::format(
            "the {} deposits {:.3g} of its incident energy, the {} {:.3g} (one has `showers` or "
            "`incident_energies` "
            "in another unit). Is {} 1 right, for `showers` in GeV, or {} 1, for `incident_energies` in GeV?",
            as_reference.name, first.response, as_candidate.name, second.response, low.scale_name,
            other.energy_scale_name));
    }
    const bool fixed = are_fixed(first, reference.size());
    if (fixed != are_fixed(second, candidate.size())) {
        const ReadAs &steps = fixed ? as_reference : as_candidate,
                     &spectrum = fixed ? as_candidate : as_reference;
        throw InputError(fmt::format(
            "the {} has {} different `incident_energies`, the {} a spectrum (every figure would tell them "
            "apart by that). Make both sets at the same energies?",
            steps.name, fixed ? first.steps : second.steps, spectrum.name));
    }
    if (set.has_steps() && !fixed)
        core::warning("data set {} has fixed incident energies, powers of two; these sets have a spectrum.",
                      set.name);
    if (reference.size() != candidate.size()) {
        core::warning(
            "{} and {} showers: classifiers take equally many of both (evaluate.py refuses such sets).",
            reference.size(), candidate.size());
    }
    const auto mean_log = [](const FeatureTable& table) {
        double sum = 0, squares = 0;
        for (const double energy : table.incident) {
            sum += std::log10(energy);
            squares += std::log10(energy) * std::log10(energy);
        }
        const auto n = static_cast<double>(table.size());
        return std::pair(sum / n, std::max(0.0, squares / n - sum * sum / n / n) / n);
    };
    const auto [mean_r, square_r] = mean_log(reference);
    const auto [mean_c, square_c] = mean_log(candidate);
    constexpr double sigmas = 5, least = 0.01;
    if (std::abs(mean_r - mean_c) > std::max(least, sigmas * std::sqrt(square_r + square_c))) {
        core::warning(
            "the spectra of incident energies differ (means of log10 {:.3f} and {:.3f}): figures tell "
            "that difference too.",
            mean_r, mean_c);
    }
}

}  // namespace caloforge::validate::calochallenge
