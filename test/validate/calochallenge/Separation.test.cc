#include "validate/calochallenge/Separation.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace caloforge::validate::calochallenge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Counts filled(std::initializer_list<double> values) {
    Counts counts({0, 1, 2, 3});
    for (const double value : values) counts.add(value);
    return counts;
}

TEST(Separation, BinsHoldTheirLowerEdgeAndTheLastOneItsUpper) {
    const Counts counts = filled({-0.1, 0, 0.5, 1, 2, 3, 3.1, std::nan("")});
    EXPECT_THAT(counts.counts(), ElementsAre(2U, 1U, 2U));
    EXPECT_EQ(counts.total(), 5U);
}

TEST(Separation, IsNoneOfEqualShapesAndOneOfSeparateOnes) {
    EXPECT_EQ(separation_power(filled({0, 1}), filled({0, 0, 1, 1})).value, 0.0);
    EXPECT_EQ(separation_power(filled({0, 0}), filled({2, 2, 2})).value, 1.0);
    // Halves (1/2, 1/2, 0) and (0, 1/2, 1/2): (1/4 + 0 + 1/4) / (1/2) / 2.
    EXPECT_DOUBLE_EQ(separation_power(filled({0, 1}), filled({1, 2})).value.value(), 0.5);
}

TEST(Separation, WhatLiesOutsideDoesNotCount) {
    EXPECT_EQ(separation_power(filled({0, 1}), filled({0, 1, 17, -4})).value, 0.0);
}

TEST(Separation, HasNoValueWhereAHistogramIsEmpty) {
    const Outcome outcome = separation_power(filled({0}), filled({9}));
    EXPECT_FALSE(outcome.value);
    EXPECT_THAT(outcome.reason, HasSubstr("candidate lies between 0 and 3"));
}

TEST(Separation, EdgesAreNumPys) {
    const auto edges = even_edges(-30, 30, 100);
    EXPECT_EQ(edges.size(), 101U);
    EXPECT_EQ(edges[50], 0.0);
    EXPECT_EQ(edges.back(), 30.0);
    const auto decades = log_edges(0.01, 100, 4);
    for (std::size_t i = 0; i < decades.size(); ++i)
        EXPECT_DOUBLE_EQ(decades[i], std::pow(10.0, static_cast<double>(i) - 2)) << i;
}

}  // namespace
}  // namespace caloforge::validate::calochallenge
