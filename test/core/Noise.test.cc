#include "core/Noise.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

namespace caloforge::core {
namespace {

using Distribution = Noise::Distribution;
constexpr std::size_t many = 200'000;

std::vector<float> draw(Distribution distribution, double parameter, std::size_t count = many,
                        std::uint64_t shower = 3) {
    std::vector<float> out(count);
    Noise(distribution, parameter).fill(RandomStream(7, shower, 5), out);
    return out;
}

struct Moments {
    double mean = 0, variance = 0, third = 0;
};

Moments moments(const std::vector<float>& values) {
    Moments out;
    const auto n = static_cast<double>(values.size());
    for (const float x : values) out.mean += x / n;
    for (const float x : values) out.variance += (x - out.mean) * (x - out.mean) / n;
    for (const float x : values) out.third += std::pow(x - out.mean, 3) / n;
    return out;
}

TEST(Noise, NormalAndUniformAreTheStreamsOwn) {
    std::vector<float> wanted(101);
    RandomStream(7, 3, 5).normal(wanted);
    EXPECT_EQ(draw(Distribution::normal, 0, 101), wanted);
    RandomStream(7, 3, 5).uniform(wanted);
    EXPECT_EQ(draw(Distribution::uniform, 0, 101), wanted);
}

/// Mean a, variance a, third moment 2a; and the distribution itself: of gamma(1) it is the exponential's.
TEST(Noise, GammaHasItsMoments) {
    for (const double a : {0.1, 0.5, 1.0, 2.5, 30.0, 1000.0}) {
        const Moments made = moments(draw(Distribution::gamma, a));
        const double error = std::sqrt(a / many);
        EXPECT_NEAR(made.mean, a, 5 * error) << a;
        // Var(s^2) = (mu4 - sigma^4) / n with mu4 = 3a^2 + 6a.
        EXPECT_NEAR(made.variance, a, 5 * std::sqrt((2 * a * a + 6 * a) / many)) << a;
        // mu6 = 15a^3 + 130a^2 + 120a bounds the error of the third.
        EXPECT_NEAR(made.third, 2 * a, 5 * std::sqrt((15 * a * a * a + 130 * a * a + 120 * a) / many)) << a;
    }
    std::size_t below = 0;
    for (const float x : draw(Distribution::gamma, 1)) below += x < 0.1F;
    const double share = 1 - std::exp(-0.1);
    EXPECT_NEAR(static_cast<double>(below) / many, share, 5 * std::sqrt(share / many));
}

TEST(Noise, PoissonHasItsProbabilities) {
    for (const double mean : {0.01, 0.7, 3.0, 40.0, 2500.0}) {
        const auto values = draw(Distribution::poisson, mean);
        std::map<int, double> seen;
        for (const float x : values) {
            ASSERT_EQ(x, std::floor(x));
            ASSERT_GE(x, 0);
            seen[static_cast<int>(x)] += 1.0 / many;
        }
        const Moments made = moments(values);
        EXPECT_NEAR(made.mean, mean, 5 * std::sqrt(mean / many)) << mean;
        EXPECT_NEAR(made.variance, mean, 5 * std::sqrt((mean + 2 * mean * mean) / many)) << mean;
        for (const auto& [k, share] : seen) {
            const double p = std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0));
            EXPECT_NEAR(share, p, 5 * std::sqrt(p / many) + 1e-4) << mean << " " << k;
        }
    }
}

/// A function of the element alone: what is asked for beside it does not matter.
TEST(Noise, AnElementIsTheSameInAnyCount) {
    for (const auto distribution :
         {Distribution::normal, Distribution::uniform, Distribution::gamma, Distribution::poisson}) {
        const auto few = draw(distribution, 2, 13), more = draw(distribution, 2, 1000);
        EXPECT_TRUE(std::equal(few.begin(), few.end(), more.begin()));
        EXPECT_NE(few, draw(distribution, 2, 13, 4));
    }
}

}  // namespace
}  // namespace caloforge::core
