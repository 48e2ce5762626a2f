#include "validate/statistics/Distance.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <unsupported/Eigen/SpecialFunctions>

#include "core/Error.hh"

namespace caloforge::validate {
namespace {

/// Calls visit(x, difference, next) for every step of the two cumulative distributions: from x to the next
/// value they differ by F_r - F_c = difference.
template <typename Visit>
void walk(std::span<const float> reference, std::span<const float> candidate, Visit visit) {
    if (reference.empty() || candidate.empty())
        throw core::InputError("an empty sample has no distribution (nothing to compare). Wrong range?");
    std::size_t i = 0;
    std::size_t j = 0;
    const auto left = [&] { return i < reference.size() || j < candidate.size(); };
    const auto smallest_left = [&] {
        if (i == reference.size()) return candidate[j];
        if (j == candidate.size()) return reference[i];
        return std::min(reference[i], candidate[j]);
    };
    while (left()) {
        const float x = smallest_left();
        while (i < reference.size() && reference[i] == x) ++i;
        while (j < candidate.size() && candidate[j] == x) ++j;
        const double difference = static_cast<double>(i) / static_cast<double>(reference.size()) -
                                  static_cast<double>(j) / static_cast<double>(candidate.size());
        visit(x, difference, left() ? smallest_left() : x);
    }
}

}  // namespace

double wasserstein_distance(std::span<const float> reference, std::span<const float> candidate) {
    double area = 0;
    walk(reference, candidate, [&](float x, double difference, float next) {
        area += std::abs(difference) * (static_cast<double>(next) - static_cast<double>(x));
    });
    return area;
}

double kolmogorov_tail(double x) {
    if (!(x > 0)) return 1;
    const double pi = std::numbers::pi;
    double sum = 0;
    // Each of the two equal series converges within five terms on its side of 1.
    if (x < 1) {
        for (int k = 1; k <= 9; k += 2) sum += std::exp(-k * k * pi * pi / (8 * x * x));
        return 1 - std::sqrt(2 * pi) / x * sum;
    }
    for (int k = 1; k <= 5; ++k) sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2 * k * k * x * x);
    return sum;
}

KolmogorovSmirnov kolmogorov_smirnov(std::span<const float> reference, std::span<const float> candidate) {
    KolmogorovSmirnov out;
    walk(reference, candidate, [&](float, double difference, float) {
        out.statistic = std::max(out.statistic, std::abs(difference));
    });
    const double reference_size = static_cast<double>(reference.size());
    const double candidate_size = static_cast<double>(candidate.size());
    const double size = reference_size * candidate_size / (reference_size + candidate_size);
    out.p = kolmogorov_tail(std::sqrt(size) * out.statistic);
    return out;
}

std::optional<ChiSquare> chi_square(std::span<const double> reference, std::span<const double> candidate) {
    if (reference.size() != candidate.size()) {
        throw core::InputError(
            fmt::format("histograms of {} and {} bins (they are compared bin by bin). Same edges?",
                        reference.size(), candidate.size()));
    }
    const double reference_sum = std::accumulate(reference.begin(), reference.end(), 0.0);
    const double candidate_sum = std::accumulate(candidate.begin(), candidate.end(), 0.0);
    if (!(reference_sum > 0 && candidate_sum > 0)) return std::nullopt;
    const double scale = std::sqrt(candidate_sum / reference_sum);
    ChiSquare out;
    std::size_t used = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        const double both = reference[i] + candidate[i];
        if (!(both > 0)) continue;
        const double difference = scale * reference[i] - candidate[i] / scale;
        out.value += difference * difference / both;
        ++used;
    }
    if (used < 2) return std::nullopt;
    out.ndf = used - 1;
    out.p = Eigen::numext::igammac(static_cast<double>(out.ndf) / 2, out.value / 2);
    return out;
}

}  // namespace caloforge::validate
