#include "validate/statistics/Metric.hh"

#include <gtest/gtest.h>

#include "validate/statistics/GeneralMetrics.hh"

namespace caloforge::validate {
namespace {

TEST(Metric, LiesWithinBeyondOrUnclearlyBesideItsFloor) {
    using enum AgainstFloor;
    struct Case {
        std::optional<double> value, uncertainty, floor;
        AgainstFloor state;
    };
    const std::optional<double> missing;
    for (const auto& [value, uncertainty, floor, state] :
         {Case{0.1, 0.01, 0.05, beyond}, Case{-0.05, 0.01, 0.029, beyond}, Case{-0.05, 0.01, 0.031, unclear},
          Case{-0.06, 0.01, 0.05, unclear}, Case{-0.04, 0.01, 0.05, within}, Case{0.05, 0.01, 0.05, within},
          Case{0.1, 0.01, 0, beyond}, Case{0, 0, 0, within},
          // Without an uncertainty the most that can be said is that it is not within.
          Case{5, missing, 0.05, unclear}, Case{0.04, missing, 0.05, within}, Case{0.1, 0.01, missing, none},
          Case{missing, 0.01, 0.05, none}}) {
        Metric metric;
        metric.value = value;
        metric.uncertainty = uncertainty;
        metric.floor = floor;
        EXPECT_EQ(metric.against_floor(), state) << metric.json("range");
        EXPECT_EQ(metric.beyond_floor(), state == beyond) << metric.json("range");
        EXPECT_EQ(metric.json("range")["against_floor"], to_string(state));
    }
}

TEST(Metric, IsMeasuredFromItsIdeal) {
    // A classifier that guesses is no farther off than one that was wrong by chance between the halves.
    Metric area(classifier_auc("cells"));
    area.value = 0.5;
    area.uncertainty = 0.01;
    area.floor = 0.46;
    EXPECT_EQ(area.against_floor(), AgainstFloor::within);
    EXPECT_EQ(area.json("energy")["against_floor"], "within");
    EXPECT_EQ(area.json("energy")["times_floor"], 0);
    // 0.04 + 2 x 0.01 away, on either side.
    for (const double far : {0.561, 0.439}) {
        area.value = far;
        EXPECT_EQ(area.against_floor(), AgainstFloor::beyond) << far;
    }
    for (const double near : {0.559, 0.441}) {
        area.value = near;
        EXPECT_EQ(area.against_floor(), AgainstFloor::unclear) << near;
    }
}

TEST(Metric, CarriesWhatItIs) {
    Metric metric(separation_of("width_x", "width in x [mm]"), "10:20");
    const core::Json json = metric.json("energy");
    EXPECT_EQ(json["name"], "separation_width_x");
    EXPECT_EQ(json["title"], "Separation of width in x");
    EXPECT_EQ(json["group"], "observable");
    EXPECT_EQ(json["observable"], "width_x");
    EXPECT_EQ(json["kind"], "Separation");
    EXPECT_EQ(json["energy"], "10:20");
    EXPECT_EQ(json["display"], "number");
    EXPECT_EQ(json["ideal"], 0);
    EXPECT_EQ(json["unit"], "1");
    EXPECT_TRUE(json["value"].is_null());
    EXPECT_EQ(json["against_floor"], "none");
    EXPECT_EQ(json["has_floor"], true);
    const core::Json divergence = Metric(classifier_jsd("cells")).json("phase");
    EXPECT_EQ(divergence["unit"], "bit");
    EXPECT_EQ(divergence["has_floor"], false);
}

TEST(Metric, SaysWhatItCouldHaveSeen) {
    Metric metric(mean_worst(), "10:500");
    metric.value = 0.01;
    metric.uncertainty = 0.02;
    EXPECT_FALSE(metric.detectable());
    metric.floor = 0.015;
    EXPECT_NEAR(*metric.detectable(), 0.015 + 3.2816 * 0.02, 1e-12);
    // With that distance, nine in ten such samples would be beyond the floor.
    const core::Json json = metric.json("energy");
    EXPECT_NEAR(json["low"], -0.03, 1e-12);
    EXPECT_NEAR(json["high"], 0.05, 1e-12);
    EXPECT_EQ(json["detectable"], *metric.detectable());
    EXPECT_FALSE(json.contains("where"));
}

}  // namespace
}  // namespace caloforge::validate
