#include "validate/figure/ProfilePlot.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/Random.hh"
#include "validate/figure/Histogram.hh"
#include "validate/figure/PdfCheck.hh"
#include "validate/figure/ValueRange.hh"

namespace caloforge::validate::figure {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

Drawing profile_of(const Series& reference, const Series& candidate, bool log_y = false) {
    Drawing out;
    out.name = "layer_energy";
    out.range = "10:500";
    out.log_y = log_y;
    for (std::size_t i = 0; i <= reference.y.size(); ++i) out.edges.push_back(static_cast<double>(i));
    out.reference = reference;
    out.candidate = candidate;
    return out;
}

std::string draw(const Drawing& profile) {
    Canvas canvas(column_width, column_height, "");
    draw_profile(canvas, profile, {{"Geant4", 100}, {"network", std::nullopt}, {}});
    canvas.end_page();
    return canvas.finish();
}

Series values(const std::vector<double>& y) {
    return {y, std::vector<double>(y.size(), 0.1)};
}

TEST(ProfilePlot, SetsWithoutEntriesGiveOnePageThatSaysSo) {
    const std::string nothing = draw(profile_of({}, {}));
    EXPECT_EQ(test::pages_of(nothing), 1U);
    EXPECT_EQ(draw(profile_of(values({0, 0}), values({0, 0}))), nothing);
    EXPECT_EQ(draw(profile_of(values({missing, missing}), values({missing, 0}))), nothing);
    EXPECT_EQ(draw(profile_of(values({missing}), values({0}), true)), nothing);
    EXPECT_NE(draw(profile_of(values({0, 1}), values({0, 0}))), nothing);
}

TEST(ProfilePlot, AnyValuesGiveOnePage) {
    const double choices[] = {missing, 0, -3, 1, 1e-99, 1e99, -1e99, 0.5};
    const core::RandomStream random(3, 0, 0);
    std::uint32_t element = 0;
    const auto pick = [&] { return choices[static_cast<std::size_t>(random.uniform_at(element++) * 8)]; };
    for (std::size_t round = 0; round < 200; ++round) {
        const std::size_t bins = 1 + round % 7;
        Series first, second;
        for (std::size_t i = 0; i < bins; ++i) {
            for (Series* series : {&first, &second}) {
                series->y.push_back(pick());
                const double error = pick();
                series->error.push_back(std::isnan(error) ? 0 : std::abs(error));
            }
        }
        EXPECT_EQ(test::pages_of(draw(profile_of(first, second, round % 2 == 0))), 1U) << "round " << round;
    }
}

TEST(ProfilePlot, ExtremeEdgesGiveOnePage) {
    for (const auto& edges : std::vector<std::vector<double>>{
             {1e6, 1e6 + 1e-6}, {-1e99, 1e99}, {0, 1e-99}, {1e-99, 1e99}, {1, 10, 100, 1000}}) {
        Drawing profile = profile_of(values(std::vector<double>(edges.size() - 1, 1.0)),
                                     values(std::vector<double>(edges.size() - 1, 2.0)));
        profile.edges = edges;
        EXPECT_EQ(test::pages_of(draw(profile)), 1U);
    }
}

TEST(Histogram, RatiosNeedAPositiveReference) {
    const Series divided = ratio({{3, 1, 1, missing}, {0.6, 1, 1, 0}}, values({2, 0, -1, 1}));
    EXPECT_DOUBLE_EQ(divided.y[0], 1.5);
    EXPECT_DOUBLE_EQ(divided.error[0], 0.3);
    for (const std::size_t bin : {1U, 2U, 3U}) EXPECT_TRUE(std::isnan(divided.y[bin]));
}

TEST(ValueRange, HoldsBothSetsWithTheirErrors) {
    const Axis axis = value_axis({{1, 2}, {0, 0.5}}, {{-1, 1}, {0.25, 0}}, false);
    EXPECT_LE(axis.low, -1.25);
    EXPECT_GE(axis.high, 2.5);
    EXPECT_LT(axis.high, 3);
    EXPECT_DOUBLE_EQ(value_axis(values({1, 2}), values({3, 4}), false).low, 0);
}

TEST(ValueRange, LogarithmicOnesHoldSevenDecadesAtMost) {
    const Axis axis = value_axis(values({1e-30, 1, 0}), values({missing, 5, -1}), true);
    EXPECT_TRUE(axis.log);
    EXPECT_GT(axis.high, 5);
    EXPECT_LT(axis.high / axis.low, 1e8);
    const Axis short_one = value_axis(values({0.01, 1}), values({0.02, 1}), true);
    EXPECT_LT(short_one.low, 0.01);
    EXPECT_GT(short_one.low, 0.001);
    EXPECT_FALSE(value_axis(values({0, -1}), values({0}), true).log);
}

TEST(ValueRange, RaisedAxesKeepThePart) {
    for (const Axis& axis : {Axis{0, 10}, Axis{-2, 10}, Axis{0.01, 10, true}}) {
        const Axis higher = raised(axis, 9, 0.7);
        EXPECT_NEAR(higher.part(9), 0.7, 1e-12);
        EXPECT_DOUBLE_EQ(higher.low, axis.low);
        EXPECT_DOUBLE_EQ(raised(axis, axis.value(0.2), 0.7).high, axis.high);
    }
}

TEST(ValueRange, RatioAxesAreAsTightAsTheWellMeasuredBinsAllow) {
    const Series unity{std::vector<double>(10, 1.0), std::vector<double>(10, 0.01)};
    const auto axis = [&](double y, double error) {
        return ratio_axis({std::vector<double>(10, y), std::vector<double>(10, error)}, unity);
    };
    EXPECT_LT(axis(1.1, 0.01).high, 1.2);
    EXPECT_LT(axis(1.2, 0.01).high, 1.4);
    EXPECT_GE(axis(1.2, 0.01).high, 1.2);
    EXPECT_GE(axis(0.5, 0.01).high, 1.5);
    EXPECT_LE(axis(0.5, 0.01).low, 0.5);
    EXPECT_GE(axis(5, 0.01).high, 5);
    EXPECT_DOUBLE_EQ(axis(5, 4).high, 2.1);  // nothing is well measured
    Series outlier{std::vector<double>(10, 1.0), std::vector<double>(10, 0.01)};
    outlier.y[3] = 4;
    EXPECT_LT(ratio_axis(outlier, unity).high, 1.2);
}

}  // namespace
}  // namespace caloforge::validate::figure
