#include "validate/shower/Verdict.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "validate/shower/ShowerMetrics.hh"
#include "validate/statistics/GeneralMetrics.hh"

namespace caloforge::validate {
namespace {

using testing::HasSubstr;

// As the metrics of a comparison are.
MetricInfo info_of(const std::string& name) {
    if (name == "auc_cells") return classifier_auc("cells");
    if (name == "auc_observables") return classifier_auc("observables");
    for (const ShowerMetric& metric : shower_metrics()) {
        if (metric.info.name == name) return metric.info;
    }
    ADD_FAILURE() << "no metric " << name;
    return {};
}

Metric metric(const std::string& name, double value, double uncertainty,
              const std::string& range = "10:500") {
    Metric out(info_of(name), range);
    out.value = value;
    out.uncertainty = uncertainty;
    out.floor = out.ideal + uncertainty;
    return out;
}

TEST(Verdict, NamesWhatTheCandidateIsGoodFor) {
    const std::vector<Metric> metrics = {metric("sampling_fraction_mean_rel", 0.002, 0.001),
                                         metric("sampling_fraction_width_rel", 0.3, 0.01)};
    const Verdict verdict = give_verdict(metrics, {}, "fast");
    EXPECT_THAT(verdict.headline, HasSubstr("usable for the energy scale"));
    EXPECT_THAT(verdict.headline, HasSubstr("+30 %"));
    EXPECT_EQ(verdict.points[0].state, Verdict::State::good);
    EXPECT_EQ(verdict.points[1].state, Verdict::State::bad);
    EXPECT_EQ(verdict.points[2].state, Verdict::State::open);
}

TEST(Verdict, OneBadRangeIsEnough) {
    const std::vector<Metric> metrics = {metric("sampling_fraction_mean_rel", 0.002, 0.001),
                                         metric("sampling_fraction_mean_rel", 0.12, 0.01, "10:20")};
    const Verdict verdict = give_verdict(metrics, {}, "fast");
    EXPECT_EQ(verdict.points[0].state, Verdict::State::bad);
    EXPECT_THAT(verdict.points[0].text, HasSubstr("10–20 GeV"));
    EXPECT_THAT(verdict.headline, HasSubstr("not usable"));
}

TEST(Verdict, FewShowersAreNoPraise) {
    // 0.2 % ± 3 % may be anything.
    const std::vector<Metric> metrics = {metric("sampling_fraction_mean_rel", 0.002, 0.03)};
    const Verdict verdict = give_verdict(metrics, {}, "fast");
    EXPECT_EQ(verdict.points[0].state, Verdict::State::open);
    EXPECT_THAT(verdict.headline, HasSubstr("do not suffice"));
    EXPECT_THAT(verdict.points[0].text, HasSubstr("not off by more than 6.2 % over all energies (95 %)"));
    EXPECT_THAT(verdict.points[1].text, HasSubstr("cannot be told (it was not measured)"));
}

TEST(Verdict, WithheldItTellsNothing) {
    const Verdict verdict = withheld_verdict("fast", "they share a file");
    EXPECT_EQ(verdict.points.size(), give_verdict({}, {}, "fast").points.size());
    for (const Verdict::Point& point : verdict.points) {
        EXPECT_EQ(point.state, Verdict::State::open);
        EXPECT_THAT(point.text, HasSubstr("they share a file"));
    }
}

TEST(Verdict, SaysWhichLayersAreOff) {
    Drawing profile;
    profile.name = "longitudinal_profile";
    profile.range = "10:500";
    profile.x_label = "layer";
    profile.edges = {-0.5, 0.5, 1.5, 2.5, 3.5};
    profile.reference = {{0.1, 0.3, 0.4, 0.2}, {0.001, 0.001, 0.001, 0.001}};
    profile.candidate = {{0.12, 0.36, 0.4, 0.2}, profile.reference.error};
    const std::vector<Metric> metrics = {metric("longitudinal_profile_max_rel", 0.2, 0.01)};
    const Verdict verdict = give_verdict(metrics, std::span(&profile, 1), "fast");
    EXPECT_THAT(verdict.points[2].text, HasSubstr("layers 0–1"));
    EXPECT_THAT(verdict.headline, HasSubstr("layers 0–1"));
}

TEST(Verdict, AClassifierThatCannotTellIsGood) {
    const std::vector<Metric> metrics = {metric("auc_cells", 0.52, 0.01),
                                         metric("auc_observables", 0.93, 0.01)};
    const Verdict verdict = give_verdict(metrics, {}, "fast");
    EXPECT_EQ(verdict.points[7].state, Verdict::State::good);
    EXPECT_EQ(verdict.points[6].state, Verdict::State::bad);
    EXPECT_THAT(verdict.headline, HasSubstr("AUC 0.93"));
}

TEST(Verdict, WritesJson) {
    const Verdict verdict = give_verdict({}, {}, "fast");
    EXPECT_EQ(verdict.json()["points"].size(), verdict.points.size());
    EXPECT_EQ(verdict.json()["points"][0]["state"], "open");
}

TEST(Verdict, TellsTheWorstDisagreementsInWords) {
    const auto observed = [](MetricInfo info, double value, double uncertainty, const std::string& range) {
        Metric out(std::move(info), range);
        out.value = value;
        out.uncertainty = uncertainty;
        return out;
    };
    Metric pair = observed(correlation_residual_worst(), -0.3, 0.04, "10:500");
    pair.where = "width_x, largest_cell_share";
    pair.chance = 1e-9;
    const std::vector<Metric> metrics = {
        metric("sampling_fraction_mean_rel", 0.002, 0.001),
        observed(width_of("width_x", "width in x [mm]"), 0.2, 0.02, "10:500"),
        observed(width_of("width_x", "width in x [mm]"), 0.45, 0.03, "100:200"),
        observed(width_of("largest_cell_share", "share of the most energetic cell"), 0.4, 0.3, "10:500"),
        observed(mean_of("radius", "mean distance [mm]"), 0.03, 0.002, "10:500"),
        pair};
    const Verdict verdict = give_verdict(metrics, {}, "fast");
    ASSERT_EQ(verdict.worst.size(), 3U);
    EXPECT_EQ(verdict.worst[0], "Width in x fluctuates 45 ± 3 % too much at 100–200 GeV");
    EXPECT_EQ(verdict.worst[1],
              "Width in x and share of the most energetic cell go together otherwise over all energies: "
              "correlation off by -0.30 ± 0.04");
    EXPECT_EQ(verdict.worst[2], "Mean distance is 3.0 ± 0.2 % too large on average over all energies");
    EXPECT_EQ(verdict.json()["worst"].size(), 3U);
    EXPECT_THAT(verdict.text(), HasSubstr("! Width in x fluctuates"));
}

}  // namespace
}  // namespace caloforge::validate
