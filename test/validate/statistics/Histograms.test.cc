#include "validate/statistics/Histograms.hh"

#include <gtest/gtest.h>

#include <vector>

namespace caloforge::validate {
namespace {

TEST(Histograms, SeparationFollowsTheFormula) {
    // Normalised to (1/2, 1/2) and (1/4, 3/4): 1/2 ((1/16) / (3/4) + (1/16) / (5/4)) = 1/15.
    const std::vector<double> first = {5, 5};
    const std::vector<double> second = {1, 3};
    EXPECT_NEAR(separation(first, second).value(), 1.0 / 15.0, 1e-15);
    EXPECT_DOUBLE_EQ(separation(first, first).value(), 0);
}

TEST(Histograms, SeparationIsOneWithoutOverlapAndNothingForAnEmptyHistogram) {
    const std::vector<double> left = {2, 0, 0};
    const std::vector<double> right = {0, 0, 7};
    EXPECT_DOUBLE_EQ(separation(left, right).value(), 1);
    EXPECT_FALSE(separation(left, std::vector<double>(3, 0.0)).has_value());
}

TEST(Histograms, LargestDeviationKeepsItsSign) {
    const std::vector<double> reference = {10, 10, 10};
    const std::vector<double> candidate = {22, 10, 16};
    // Per norm (1 and 2): +10 %, -50 %, -20 %.
    EXPECT_DOUBLE_EQ(largest_deviation(reference, 1, candidate, 2, {true, true, true}).value(), -0.5);
    EXPECT_NEAR(largest_deviation(reference, 1, candidate, 2, {true, false, false}).value(), 0.1, 1e-15);
    EXPECT_FALSE(largest_deviation(reference, 1, candidate, 2, {false, false, false}).has_value());
}

TEST(Histograms, BinsAreChosenByTheirShare) {
    const std::vector<double> sums = {0.5, 1.0, 1.5, 97.0};
    EXPECT_EQ(bins_above(sums, 0.01), (std::vector<bool>{false, false, true, true}));
    EXPECT_EQ(bins_holding(sums, 0.97), (std::vector<bool>{false, false, false, true}));
    EXPECT_EQ(bins_holding(sums, 0.985), (std::vector<bool>{false, false, true, true}));
}

}  // namespace
}  // namespace caloforge::validate
