#include "family/forge/SpectrumBend.hh"

#include <gtest/gtest.h>

#include <cmath>

#include "data/ShowerDigest.hh"

namespace caloforge::family::forge::test {
namespace {

constexpr double mip = 1.45e-4;

// Cells per bin of a spectrum that is `density` of ln(E / MIP).
template <class Density>
std::vector<double> spectrum_of(const Density& density) {
    std::vector<double> out;
    for (std::size_t i = 0; i < data::ShowerDigest::spectrum_bins; ++i) {
        const double x = data::ShowerDigest::spectrum_low +
                         (static_cast<double>(i) + 0.5) * data::ShowerDigest::spectrum_step - std::log(mip);
        out.push_back(density(x));
    }
    return out;
}

double bent(const SpectrumBend& bend, double u) {
    std::size_t i = 0;
    while (i + 2 < bend.from.size() && u > bend.from[i + 1]) ++i;
    const double slope = (bend.to[i + 1] - bend.to[i]) / (bend.from[i + 1] - bend.from[i]);
    return bend.to[i] + slope * (u - bend.from[i]);
}

TEST(SpectrumBend, IsStraightForASmoothSpectrum) {
    const SpectrumBend bend = bend_of(spectrum_of([](double x) { return 1e5 * std::exp(-x * x / 18); }), mip);
    ASSERT_EQ(bend.from.size(), 31U);
    EXPECT_DOUBLE_EQ(bend.from.front(), bend.to.front());
    for (std::size_t i = 1; i < bend.from.size(); ++i)
        EXPECT_NEAR((bend.from[i] - bend.from[i - 1]) / 0.1, 1, 0.02) << i;
}

TEST(SpectrumBend, MakesAnEdgeSmooth) {
    // Twice as many cells above one MIP as below: the spectrum of u, g(T(u)) T'(u), has half the step or
    // less.
    const auto edge = [](double x) { return 1e5 * (1 + 1 / (1 + std::exp(-x / 0.03))); };
    const SpectrumBend bend = bend_of(spectrum_of(edge), mip);
    ASSERT_FALSE(bend.from.empty());
    const auto before = [&](double u) {
        return edge(bent(bend, u)) * (bent(bend, u + 0.01) - bent(bend, u - 0.01)) / 0.02;
    };
    const double at = bend.from[15];  // of one MIP
    EXPECT_NEAR(bend.to[15], 0, 1e-12);
    EXPECT_LT(before(at + 0.15) / before(at - 0.15), 1.35);
    for (std::size_t i = 1; i < bend.from.size(); ++i) EXPECT_GT(bend.from[i], bend.from[i - 1]);
}

TEST(SpectrumBend, NeedsManyCells) {
    EXPECT_TRUE(bend_of(spectrum_of([](double) { return 100.0; }), mip).from.empty());
    EXPECT_TRUE(bend_of({}, mip).from.empty());
    EXPECT_TRUE(bend_of(spectrum_of([](double) { return 1e5; }), 1e6).from.empty());
}

}  // namespace
}  // namespace caloforge::family::forge::test
