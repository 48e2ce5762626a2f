#include "validate/shower/ShowerMetrics.hh"

#include <array>
#include <cmath>

#include "validate/shower/FigureOfMerit.hh"
#include "validate/shower/Resolution.hh"
#include "validate/statistics/Deviation.hh"
#include "validate/statistics/Histograms.hh"

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

// Of showers about their axes the window's planes are kept beside the columns.
Part plane_part(const Sums& sums, std::size_t axis) {
    if (!sums[Part::planes_x].empty()) return std::array{Part::planes_x, Part::planes_y, Part::layers}[axis];
    return std::array{Part::columns_x, Part::columns_y, Part::layers}[axis];
}

MeanShape mean_shape(const Sums& sums) {
    MeanShape shape;
    const double showers = sums[Scalar::showers];
    for (std::size_t axis = 0; axis < 3; ++axis) {
        shape.first[axis] = sums[Part::moments][2 * axis] / sums[Scalar::filled];
        shape.second[axis] = sums[Part::moments][2 * axis + 1] / sums[Scalar::filled];
        for (const double energy : sums[plane_part(sums, axis)])
            shape.profiles[axis].push_back(energy / showers);
    }
    return shape;
}

std::optional<FigureOfMerit> merit(const Sums& reference, const Sums& candidate) {
    if (reference[Part::moments].empty()) return std::nullopt;
    const MeanShape first = mean_shape(reference);
    const MeanShape second = mean_shape(candidate);
    return figure_of_merit(std::span(&first, 1), std::span(&second, 1));
}

const char* no_merit(const Sums& sums) {
    return sums[Part::moments].empty() ? "it is defined for the planes of Cartesian cells alone"
                                       : "a set has no energy to take moments of";
}

Outcome merit_once(const Sums& reference, const Sums& candidate) {
    const auto found = merit(reference, candidate);
    if (!found) return {std::nullopt, no_merit(reference)};
    return {found->value(), ""};
}

Outcome merit_moments_twice(const Sums& reference, const Sums& candidate) {
    const auto found = merit(reference, candidate);
    if (!found) return {std::nullopt, no_merit(reference)};
    return {found->moments_twice(), ""};
}

}  // namespace

const std::vector<ShowerMetric>& shower_metrics() {
    using enum Display;
    static const std::vector<ShowerMetric> all = {
        {{.name = "sampling_fraction_mean_rel", .title = "Deposited energy, mean", .display = percent},
         sampling_fraction_mean,
         showers_for_mean},
        {{.name = "sampling_fraction_width_rel", .title = "Deposited energy, spread", .display = percent},
         sampling_fraction_width,
         showers_for_width},
        {{.name = "longitudinal_profile_max_rel",
          .title = "Longitudinal profile, worst layer",
          .display = percent},
         longitudinal_profile,
         showers_for_mean},
        {{.name = "longitudinal_maximum_shift",
          .title = "Shower maximum, shift",
          .unit = "layers",
          .display = shift},
         longitudinal_maximum,
         showers_for_mean},
        {{.name = "transverse_profile_max_rel", .title = "Transverse profile, worst bin", .display = percent},
         transverse_profile,
         showers_for_mean},
        {{.name = "cell_spectrum_separation",
          .title = "Cell energy spectrum, separation",
          .scaling = Scaling::quadratic},
         cell_spectrum,
         showers_for_mean},
        {{.name = "cells_above_mip_fraction_rel",
          .title = "Number of cells above 0.1 MIP",
          .display = percent},
         cells_above,
         showers_for_mean},
        {{.name = "resolution_stochastic_rel", .title = "Resolution, stochastic term a", .display = percent},
         stochastic_term,
         showers_for_fit},
        {{.name = "resolution_constant_shift", .title = "Resolution, constant term b, shift"},
         constant_term,
         showers_for_fit},
        {{.name = "figure_of_merit", .title = "3DGAN figure of merit", .averaged = true},
         merit_once,
         showers_for_mean},
        {{.name = "figure_of_merit_moments_twice",
          .title = "3DGAN figure of merit, moments twice",
          .averaged = true},
         merit_moments_twice,
         showers_for_mean},
    };
    return all;
}

}  // namespace caloforge::validate
