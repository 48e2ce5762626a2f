#include "validate/shower/Resolution.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/Error.hh"
#include "validate/statistics/NonNegativeLine.hh"

namespace caloforge::validate {
namespace {

/// The squares of the parameters: in these the squared resolution is a line in 1 / energy.
struct Squares {
    double stochastic;
    double constant;
    double resolution(double energy) const { return std::sqrt(stochastic / energy + constant); }
};

bool good(double number) {
    return std::isfinite(number) && number > 0;
}

double chi_square(std::span<const ResolutionPoint> points, const Squares& squares) {
    double sum = 0;
    for (const ResolutionPoint& point : points) {
        const double pull = (point.resolution - squares.resolution(point.energy)) / point.uncertainty;
        sum += pull * pull;
    }
    return sum;
}

/// The best line through the squared resolutions, linearised about the resolutions `about`. There
/// r = about + (r^2 - about^2) / (2 about), so r^2 = 2 about r - about^2 with uncertainty 2 about u.
Line linear_fit(std::span<const ResolutionPoint> points, std::span<const double> about) {
    std::vector<double> x(points.size());
    std::vector<double> y(points.size());
    std::vector<double> weights(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double uncertainty = 2 * about[i] * points[i].uncertainty;
        x[i] = 1 / points[i].energy;
        y[i] = 2 * about[i] * points[i].resolution - about[i] * about[i];
        weights[i] = 1 / (uncertainty * uncertainty);
    }
    return non_negative_line(x, y, weights);
}

std::vector<double> resolutions(std::span<const ResolutionPoint> points, const Squares& squares) {
    std::vector<double> out(points.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = squares.resolution(points[i].energy);
    return out;
}

/// Gauss-Newton steps, each halved until it improves, until none does.
Squares minimise(std::span<const ResolutionPoint> points) {
    std::vector<double> measured;
    for (const ResolutionPoint& point : points) measured.push_back(point.resolution);
    const Line start = linear_fit(points, measured);
    Squares best = {start.slope, start.intercept};
    double lowest = chi_square(points, best);
    constexpr int most_steps = 200;
    constexpr double shortest_step = 1e-6;
    for (int i = 0; i < most_steps; ++i) {
        const Line line = linear_fit(points, resolutions(points, best));
        bool improved = false;
        for (double step = 1; !improved && step > shortest_step; step /= 2) {
            const Squares next = {best.stochastic + step * (line.slope - best.stochastic),
                                  best.constant + step * (line.intercept - best.constant)};
            // Both zero: no resolution at all, and nothing to linearise about.
            if (!(next.stochastic + next.constant > 0)) continue;
            const double value = chi_square(points, next);
            improved = value < lowest;
            if (improved) {
                best = next;
                lowest = value;
            }
        }
        if (!improved) break;
    }
    return best;
}

/// Of the root of a square that has this variance.
double root_error(double square, double variance) {
    const double deviation = std::sqrt(variance);
    const double propagated =
        square > 0 ? deviation / (2 * std::sqrt(square)) : std::numeric_limits<double>::infinity();
    return std::min(propagated, std::sqrt(deviation));
}

}  // namespace

double ResolutionCurve::operator()(double energy) const {
    return Squares{stochastic * stochastic, constant * constant}.resolution(energy);
}

ResolutionOutcome fit_resolution(std::span<const ResolutionPoint> points) {
    ResolutionOutcome out;
    bool energies_differ = false;
    for (const ResolutionPoint& point : points) {
        if (!good(point.energy) || !good(point.resolution) || !good(point.uncertainty)) {
            throw core::InputError(
                fmt::format("a resolution of {} +- {} at {} GeV cannot be fitted (all must be positive). "
                            "Leave out empty bins?",
                            point.resolution, point.uncertainty, point.energy));
        }
        energies_differ = energies_differ || point.energy != points.front().energy;
    }
    if (points.size() < least_resolution_points || !energies_differ) {
        out.reason =
            fmt::format("needs {} points at different energies, there are {}", least_resolution_points,
                        energies_differ ? points.size() : std::min<std::size_t>(points.size(), 1));
        return out;
    }
    const Squares best = minimise(points);
    const Line line = linear_fit(points, resolutions(points, best));
    ResolutionCurve& curve = out.curve.emplace();
    curve.stochastic = std::sqrt(best.stochastic);
    curve.stochastic_error = root_error(best.stochastic, line.slope_variance);
    curve.constant = std::sqrt(best.constant);
    curve.constant_error = root_error(best.constant, line.intercept_variance);
    curve.chi_square = chi_square(points, best);
    curve.ndf = points.size() - 2;
    return out;
}

}  // namespace caloforge::validate
