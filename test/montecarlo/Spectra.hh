#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace caloforge::montecarlo::test {

/// Integral of `density` from a to b (Simpson).
template <class Density>
double integral(Density&& density, double a, double b, int steps = 200) {
    const double h = (b - a) / (2 * steps);
    double sum = density(a) + density(b);
    for (int i = 1; i < 2 * steps; ++i) sum += (i % 2 == 1 ? 4 : 2) * density(a + i * h);
    return sum * h / 3;
}

/// Holds samples against a density on [low, high], in 40 bins: chi-square within four standard deviations of
/// its number of degrees of freedom.
template <class Sample, class Density>
void expect_spectrum(double low, double high, Sample&& sample, Density&& density, int samples = 200000) {
    constexpr int bins = 40;
    std::vector<double> counts(bins), expected(bins);
    double total = 0;
    for (int i = 0; i < bins; ++i) {
        const double width = (high - low) / bins;
        expected[i] = integral(density, low + i * width, low + (i + 1) * width);
        total += expected[i];
    }
    for (int i = 0; i < samples; ++i) {
        const double x = sample();
        ASSERT_GE(x, low - 1e-9 * std::abs(low));
        ASSERT_LE(x, high + 1e-9 * std::abs(high));
        const int bin = std::min(bins - 1, std::max(0, static_cast<int>((x - low) / (high - low) * bins)));
        counts[bin] += 1;
    }
    double chi2 = 0, used = 0;
    for (int i = 0; i < bins; ++i) {
        const double mean = samples * expected[i] / total;
        if (mean < 5) continue;
        chi2 += (counts[i] - mean) * (counts[i] - mean) / mean;
        used += 1;
    }
    EXPECT_LT(chi2, used - 1 + 4 * std::sqrt(2 * (used - 1))) << "chi2 of " << used << " bins";
}

/// Root mean square of the central 98 %.
inline double central_width(std::vector<double> values) {
    std::sort(values.begin(), values.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    values.resize(values.size() * 98 / 100);
    double squares = 0;
    for (const double value : values) squares += value * value;
    return std::sqrt(squares / static_cast<double>(values.size()));
}

}  // namespace caloforge::montecarlo::test
