#include "data/Polynomial.hh"

#include <gtest/gtest.h>

#include <cmath>

namespace caloforge::data {
namespace {

TEST(Polynomial, Evaluates) {
    EXPECT_DOUBLE_EQ(evaluate({1, -2, 3}, 2), 9);
    EXPECT_DOUBLE_EQ(evaluate({}, 2), 0);
}

TEST(PolynomialFit, FindsAPolynomialThroughItsOwnPoints) {
    const std::vector<double> truth = {0.01, 1.9, -0.02, 0.003, -0.0004};
    PolynomialFit fit;
    for (int i = 0; i < 500; ++i) {
        const double x = 0.1 + 4.9 * i / 499;
        fit.add(x, evaluate(truth, x), 1 / x);
    }
    const auto found = fit.solve(4);
    ASSERT_EQ(found.size(), truth.size());
    for (std::size_t k = 0; k < truth.size(); ++k) EXPECT_NEAR(found[k], truth[k], 1e-8) << k;
}

TEST(PolynomialFit, WeighsItsPoints) {
    PolynomialFit fit;
    fit.add(1, 4, 3);
    fit.add(1, 8, 1);
    const auto found = fit.solve(2);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_DOUBLE_EQ(found[0], 5);
}

TEST(PolynomialFit, LowersTheDegreeToWhatThePointsTell) {
    PolynomialFit fit;
    EXPECT_TRUE(fit.solve(4).empty());
    for (const double x : {0.5, 1.0, 2.0, 0.5, 1.0, 2.0}) fit.add(x, 3 * x * x - x, 1);
    const auto three = fit.solve(4);
    ASSERT_EQ(three.size(), 3U);
    EXPECT_NEAR(three[0], 0, 1e-10);
    EXPECT_NEAR(three[1], -1, 1e-10);
    EXPECT_NEAR(three[2], 3, 1e-10);
    EXPECT_EQ(fit.solve(1).size(), 2U);
}

TEST(PolynomialFit, LowersTheDegreeWhenPointsAreAllButTheSame) {
    PolynomialFit fit;
    for (int i = 0; i < 100; ++i) fit.add(1 + 1e-9 * i, 2, 1);
    const auto found = fit.solve(4);
    ASSERT_FALSE(found.empty());
    EXPECT_NEAR(evaluate(found, 1), 2, 1e-6);
    for (const double coefficient : found) EXPECT_LT(std::abs(coefficient), 10);
}

}  // namespace
}  // namespace caloforge::data
