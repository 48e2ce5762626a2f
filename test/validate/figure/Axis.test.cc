#include "validate/figure/Axis.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/Random.hh"

namespace caloforge::validate::figure {
namespace {

using testing::ElementsAre;

std::string text_of(const RichText& text) {
    std::string out;
    for (const TextRun& run : text) out += (run.script == Script::above ? "^" : "") + run.text;
    return out;
}

std::vector<std::string> labels_of(const Axis& axis) {
    std::vector<std::string> out;
    for (const RichText& label : ticks(axis).labels) out.push_back(text_of(label));
    return out;
}

void expect_good_ticks(const Axis& axis) {
    SCOPED_TRACE(testing::Message() << axis.low << " to " << axis.high << (axis.log ? ", log" : ""));
    const Ticks marks = ticks(axis);
    EXPECT_GE(marks.major.size(), 3U);
    EXPECT_LE(marks.major.size(), 8U);
    const double slack = 1e-6 * (axis.high - axis.low);
    for (const auto& values : {marks.major, marks.minor}) {
        for (const double value : values) {
            EXPECT_GE(value, axis.low - (axis.log ? 1e-6 * axis.low : slack));
            EXPECT_LE(value, axis.high + slack);
        }
        EXPECT_TRUE(std::is_sorted(values.begin(), values.end(), std::less_equal<>()) || values.empty());
    }
    std::set<std::string> different;
    for (const RichText& label : marks.labels) different.insert(text_of(label));
    EXPECT_EQ(different.size(), marks.major.size());
}

TEST(Axis, LinearTicksAreFewRoundWithinAndAscending) {
    const core::RandomStream random(1, 0, 0);
    for (std::uint32_t i = 0; i < 3000; i += 3) {
        const double size = std::pow(10.0, 24 * random.uniform_at(i) - 12);
        const double low = size * (2 * random.uniform_at(i + 1) - 1);
        const double high = low + size * std::pow(10.0, -3 * random.uniform_at(i + 2));
        expect_good_ticks(make_axis(low, high));
    }
}

TEST(Axis, LogarithmicTicksAreFewRoundWithinAndAscending) {
    const core::RandomStream random(2, 0, 0);
    for (std::uint32_t i = 0; i < 2000; i += 2) {
        const double low = std::pow(10.0, 20 * random.uniform_at(i) - 10);
        const double span = random.uniform_at(i + 1);
        expect_good_ticks(make_axis(low, low * std::pow(10.0, 0.05 + 25 * span * span), true));
    }
}

TEST(Axis, TicksOfCommonAxes) {
    EXPECT_THAT(ticks({-0.5, 24.5}).major, ElementsAre(0, 5, 10, 15, 20));
    EXPECT_THAT(labels_of({-0.5, 24.5}), ElementsAre("0", "5", "10", "15", "20"));
    EXPECT_THAT(labels_of({0.89, 1.11}), ElementsAre("0.90", "0.95", "1.00", "1.05", "1.10"));
    EXPECT_THAT(labels_of({-1, 1}), ElementsAre("−1.0", "−0.5", "0.0", "0.5", "1.0"));
    EXPECT_THAT(labels_of({1, 1000, true}), ElementsAre("1", "10", "100", "1000"));
    EXPECT_THAT(labels_of({10, 500, true}), ElementsAre("10", "20", "50", "100", "200", "500"));
    EXPECT_THAT(labels_of({1e-5, 1e-2, true}), ElementsAre("10^−5", "10^−4", "10^−3", "10^−2"));
    EXPECT_THAT(labels_of({1.5e-6, 1.2e-5, true}), ElementsAre("2×10^−6", "5×10^−6", "10^−5"));
}

TEST(Axis, ManyDecadesAreSkippedAndMarkedSmall) {
    const Ticks marks = ticks({1e-10, 1e5, true});
    EXPECT_LE(marks.major.size(), 8U);
    EXPECT_EQ(marks.minor.size(), 16U);
}

TEST(Axis, SmallAndLargeValuesShareAPowerOfTen) {
    const Ticks small = ticks({0, 0.004});
    EXPECT_EQ(text_of(small.factor), "×10^−3");
    EXPECT_EQ(text_of(small.labels.back()), "4");
    EXPECT_EQ(text_of(ticks({0, 3e6}).factor), "×10^6");
    EXPECT_TRUE(ticks({0, 99999}).factor.empty());
}

TEST(Axis, PartsAndValuesAreInverse) {
    for (const Axis& axis : {Axis{-3, 5}, Axis{0.01, 30, true}}) {
        EXPECT_DOUBLE_EQ(axis.part(axis.low), 0);
        EXPECT_DOUBLE_EQ(axis.part(axis.high), 1);
        EXPECT_NEAR(axis.part(axis.value(0.3)), 0.3, 1e-12);
    }
    EXPECT_DOUBLE_EQ(Axis({1, 100, true}).part(10), 0.5);
}

TEST(Axis, ValuesOutsideStayNearThePage) {
    EXPECT_LT(Axis({0, 1}).part(-1e90), 0);
    EXPECT_GT(Axis({0, 1}).part(-1e90), -10);
    EXPECT_LT(Axis({0, 1}).part(1e90), 10);
    EXPECT_LT(Axis({1, 10, true}).part(0), 0);
    EXPECT_LT(Axis({1, 10, true}).part(-5), 0);
}

TEST(Axis, AnEmptyRangeIsWidened) {
    for (const double value : {0.0, 7.0, -1e9, 1e-30}) {
        const Axis axis = make_axis(value, value);
        EXPECT_LT(axis.low, value);
        EXPECT_GT(axis.high, value);
        expect_good_ticks(axis);
    }
    expect_good_ticks(make_axis(5, 5, true));
}

TEST(Axis, EdgesThatGrowByOneFactorAreGeometric) {
    const auto grown = [](double factor, int bins) {
        std::vector<double> edges = {10};
        for (int i = 0; i < bins; ++i) edges.push_back(edges.back() * factor);
        return edges;
    };
    EXPECT_TRUE(geometric(grown(1.2, 20)));
    EXPECT_FALSE(geometric(grown(1.02, 20)));  // 1.5 in all
    EXPECT_FALSE(geometric({1, 21}));
    EXPECT_FALSE(geometric({1, 11, 21, 31}));
    EXPECT_FALSE(geometric({-1, 10, 100}));
    EXPECT_FALSE(geometric({0, 10, 100}));
}

}  // namespace
}  // namespace caloforge::validate::figure
