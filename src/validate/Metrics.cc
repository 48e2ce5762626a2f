#include "validate/Metrics.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "validate/FigureOfMerit.hh"
#include "validate/Resolution.hh"

namespace caloforge::validate {
namespace {

constexpr double layer_share = 0.01;
constexpr double column_share = 0.99;
constexpr std::size_t showers_for_mean = 10;
constexpr std::size_t showers_for_width = 20;
constexpr std::size_t showers_for_fit = 100;

Outcome relative(double reference, double candidate, const char* reason) {
    if (!(reference > 0)) return {std::nullopt, reason};
    return {candidate / reference - 1, ""};
}

double mean(const Sums& sums, Scalar scalar) {
    return sums[scalar] / sums[Scalar::showers];
}

Outcome sampling_fraction_mean(const Sums& reference, const Sums& candidate) {
    return relative(mean(reference, Scalar::fraction), mean(candidate, Scalar::fraction),
                    "the reference deposits no energy");
}

double fraction_width(const Sums& sums) {
    return sample_deviation(sums[Scalar::showers], sums[Scalar::fraction], sums[Scalar::fraction_squared]);
}

Outcome sampling_fraction_width(const Sums& reference, const Sums& candidate) {
    return relative(fraction_width(reference), fraction_width(candidate),
                    "all showers of the reference have the same sampling fraction");
}

std::optional<double> profile_deviation(const Sums& reference, const Sums& candidate, Part part,
                                        const std::vector<bool>& used) {
    return largest_deviation(reference[part], reference[Scalar::incident], candidate[part],
                             candidate[Scalar::incident], used);
}

Outcome longitudinal_profile(const Sums& reference, const Sums& candidate) {
    return {profile_deviation(reference, candidate, Part::layers,
                              bins_above(reference[Part::layers], layer_share)),
            "no layer of the reference holds more than 1 % of the energy"};
}

Outcome transverse_profile(const Sums& reference, const Sums& candidate) {
    Outcome largest{std::nullopt, "the reference deposits no energy"};
    for (const Part part : {Part::columns_x, Part::columns_y}) {
        const auto found =
            profile_deviation(reference, candidate, part, bins_holding(reference[part], column_share));
        if (found && (!largest.value || std::abs(*found) > std::abs(*largest.value))) largest.value = found;
    }
    return largest;
}

Outcome longitudinal_maximum(const Sums& reference, const Sums& candidate) {
    if (!(reference[Scalar::filled] > 0 && candidate[Scalar::filled] > 0)) {
        return {std::nullopt, "all showers of one set are empty"};
    }
    return {candidate[Scalar::maximum_layer] / candidate[Scalar::filled] -
                reference[Scalar::maximum_layer] / reference[Scalar::filled],
            ""};
}

Outcome cell_spectrum(const Sums& reference, const Sums& candidate) {
    return {separation(reference[Part::spectrum], candidate[Part::spectrum]),
            "one set has no cell between 0.1 MIP and 1 GeV"};
}

Outcome cells_above(const Sums& reference, const Sums& candidate) {
    return relative(mean(reference, Scalar::cells_above), mean(candidate, Scalar::cells_above),
                    "the reference has no cell above 0.1 MIP");
}

// Resolution of the response against the incident energy.
ResolutionOutcome resolution(const Sums& sums) {
    constexpr double showers_per_point = 20;
    std::vector<ResolutionPoint> points;
    for (std::size_t i = 0; i < response_bins; ++i) {
        const double n = sums[Part::response_showers][i];
        if (n < showers_per_point) continue;
        const double centre = sums[Part::response_fraction][i] / n;
        const double width =
            sample_deviation(n, sums[Part::response_fraction][i], sums[Part::response_fraction_squared][i]) /
            centre;
        if (!(centre > 0 && width > 0)) continue;
        const double energy =
            response_low * std::pow(10.0, (static_cast<double>(i) + 0.5) / responses_per_decade);
        points.push_back({energy, width, width / std::sqrt(2 * (n - 1))});
    }
    return fit_resolution(points);
}

Outcome resolution_term(const Sums& reference, const Sums& candidate, bool stochastic) {
    const ResolutionOutcome first = resolution(reference);
    const ResolutionOutcome second = resolution(candidate);
    if (!first.curve) return {std::nullopt, "reference: " + first.reason};
    if (!second.curve) return {std::nullopt, "candidate: " + second.reason};
    if (stochastic)
        return relative(first.curve->stochastic, second.curve->stochastic, "the reference has no such term");
    return {second.curve->constant - first.curve->constant, ""};
}

Outcome stochastic_term(const Sums& reference, const Sums& candidate) {
    return resolution_term(reference, candidate, true);
}

Outcome constant_term(const Sums& reference, const Sums& candidate) {
    return resolution_term(reference, candidate, false);
}

MeanShape mean_shape(const Sums& sums) {
    MeanShape shape;
    const double showers = sums[Scalar::showers];
    for (std::size_t axis = 0; axis < 3; ++axis) {
        shape.first[axis] = sums[Part::moments][2 * axis] / sums[Scalar::filled];
        shape.second[axis] = sums[Part::moments][2 * axis + 1] / sums[Scalar::filled];
        const Part part = std::array{Part::columns_x, Part::columns_y, Part::layers}[axis];
        for (const double energy : sums[part]) shape.profiles[axis].push_back(energy / showers);
    }
    return shape;
}

std::optional<FigureOfMerit> merit(const Sums& reference, const Sums& candidate) {
    const MeanShape first = mean_shape(reference);
    const MeanShape second = mean_shape(candidate);
    return figure_of_merit(std::span(&first, 1), std::span(&second, 1));
}

constexpr const char* no_merit = "a set has no energy to take moments of";

Outcome merit_once(const Sums& reference, const Sums& candidate) {
    const auto found = merit(reference, candidate);
    if (!found) return {std::nullopt, no_merit};
    return {found->value(), ""};
}

Outcome merit_moments_twice(const Sums& reference, const Sums& candidate) {
    const auto found = merit(reference, candidate);
    if (!found) return {std::nullopt, no_merit};
    return {found->moments_twice(), ""};
}

constexpr std::array all_definitions = {
    Definition{"sampling_fraction_mean_rel", sampling_fraction_mean, showers_for_mean, Scaling::difference,
               Display::percent},
    Definition{"sampling_fraction_width_rel", sampling_fraction_width, showers_for_width, Scaling::difference,
               Display::percent},
    Definition{"longitudinal_profile_max_rel", longitudinal_profile, showers_for_mean, Scaling::difference,
               Display::percent},
    Definition{"longitudinal_maximum_shift", longitudinal_maximum, showers_for_mean, Scaling::difference,
               Display::layers},
    Definition{"transverse_profile_max_rel", transverse_profile, showers_for_mean, Scaling::difference,
               Display::percent},
    Definition{"cell_spectrum_separation", cell_spectrum, showers_for_mean, Scaling::quadratic,
               Display::number},
    Definition{"cells_above_mip_fraction_rel", cells_above, showers_for_mean, Scaling::difference,
               Display::percent},
    Definition{"resolution_stochastic_rel", stochastic_term, showers_for_fit, Scaling::difference,
               Display::percent},
    Definition{"resolution_constant_shift", constant_term, showers_for_fit, Scaling::difference,
               Display::number},
    Definition{"figure_of_merit", merit_once, showers_for_mean, Scaling::difference, Display::number},
    Definition{"figure_of_merit_moments_twice", merit_moments_twice, showers_for_mean, Scaling::difference,
               Display::number},
};

}  // namespace

std::span<const Definition> definitions() {
    return all_definitions;
}

std::string too_few_showers(std::size_t reference, std::size_t candidate, std::size_t needs) {
    return fmt::format("reference and candidate hold {} and {} showers, {} are needed in each", reference,
                       candidate, needs);
}

bool Metric::beyond_floor() const {
    return value && uncertainty && floor && std::abs(*value) > *floor + 2 * *uncertainty;
}

core::Json Metric::json() const {
    const auto number = [](const std::optional<double>& from) {
        return from ? core::Json(*from) : core::Json();
    };
    core::Json out = core::Json::object();
    out["name"] = name;
    out["energy"] = energy;
    out["group"] = group;
    out["value"] = number(value);
    out["uncertainty"] = number(uncertainty);
    out["floor"] = number(floor);
    if (!reason.empty()) out["reason"] = reason;
    out["n_reference"] = n_reference;
    out["n_candidate"] = n_candidate;
    return out;
}

std::optional<double> separation(std::span<const double> first, std::span<const double> second) {
    const double first_sum = std::accumulate(first.begin(), first.end(), 0.0);
    const double second_sum = std::accumulate(second.begin(), second.end(), 0.0);
    if (!(first_sum > 0 && second_sum > 0)) return std::nullopt;
    double sum = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const double h1 = first[i] / first_sum;
        const double h2 = second[i] / second_sum;
        if (h1 + h2 > 0) sum += (h1 - h2) * (h1 - h2) / (h1 + h2);
    }
    return 0.5 * sum;
}

std::optional<double> largest_deviation(std::span<const double> reference, double reference_norm,
                                        std::span<const double> candidate, double candidate_norm,
                                        const std::vector<bool>& used) {
    std::optional<double> largest;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        if (!used[i] || !(reference[i] > 0)) continue;
        const double deviation = (candidate[i] / candidate_norm) / (reference[i] / reference_norm) - 1;
        if (!largest || std::abs(deviation) > std::abs(*largest)) largest = deviation;
    }
    return largest;
}

std::vector<bool> bins_above(std::span<const double> sums, double share) {
    const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
    std::vector<bool> used(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) used[i] = sums[i] > share * total;
    return used;
}

std::vector<bool> bins_holding(std::span<const double> sums, double share) {
    std::vector<std::size_t> order(sums.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return sums[a] > sums[b]; });
    const double enough = share * std::accumulate(sums.begin(), sums.end(), 0.0);
    std::vector<bool> used(sums.size());
    double held = 0;
    for (const std::size_t i : order) {
        if (held >= enough) break;
        used[i] = true;
        held += sums[i];
    }
    return used;
}

}  // namespace caloforge::validate
