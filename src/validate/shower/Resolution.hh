#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace caloforge::validate {

/// Fewest points of a fit: its two parameters and one degree of freedom.
inline constexpr std::size_t least_resolution_points = 3;

/// Relative energy resolution s_E / E in one bin of the incident energy.
struct ResolutionPoint {
    double energy = 0;  ///< GeV
    double resolution = 0;
    double uncertainty = 0;  ///< of the resolution, one standard deviation
};

/// s_E / E = sqrt(a^2 / E + b^2), E in GeV. A noise term c / E is neglected: sampled energies have none.
struct ResolutionCurve {
    double stochastic = 0;        ///< a, sqrt(GeV)
    double stochastic_error = 0;  ///< one standard deviation
    double constant = 0;          ///< b
    double constant_error = 0;    ///< one standard deviation
    double chi_square = 0;
    std::size_t ndf = 0;

    double operator()(double energy) const;
};

struct ResolutionOutcome {
    std::optional<ResolutionCurve> curve;
    std::string reason;  ///< why there is no curve; empty otherwise
};

/// Minimises the sum over the points of ((resolution - curve) / uncertainty)^2 with a^2 >= 0 and b^2 >= 0.
/// The error of a is s / (2 a) with s the standard deviation of a^2, but at most sqrt(s): what a reaches when
/// a^2 rises from its bound by s; of b alike. Needs three points and two energies, else there is a reason.
/// Throws InputError for a number that is not finite and positive.
ResolutionOutcome fit_resolution(std::span<const ResolutionPoint> points);

}  // namespace caloforge::validate
