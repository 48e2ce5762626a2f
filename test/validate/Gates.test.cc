#include "validate/Gates.hh"

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "validate/statistics/GeneralMetrics.hh"

namespace caloforge::validate {
namespace {

std::vector<Metric> metrics() {
    Metric mean;
    mean.name = "sampling_fraction_mean_rel";
    mean.range = "10:500";
    mean.value = -0.03;
    mean.uncertainty = 0.005;
    mean.floor = 0.01;
    mean.n_reference = 400;
    mean.n_candidate = 1000;
    Metric low = mean;
    low.range = "10:20";
    low.value = -0.015;
    Metric missing;
    missing.name = "fpd";
    missing.range = "10:500";
    missing.reason = "20000 showers are needed";
    return {mean, low, missing};
}

std::vector<GateResult> check(const std::string& text) {
    return Gates::parse(text).check(metrics(), "showers");
}

constexpr auto passed = GateState::passed, failed = GateState::failed, undecided = GateState::undecided;

GateState state(const std::string& limits) {
    return check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\n" + limits + "\n")[0].state;
}

TEST(Gates, DecideWhereTheWholeIntervalLies) {
    // -0.03 with an interval from -0.04 to -0.02.
    EXPECT_EQ(state("max_abs = 0.0401"), passed);
    EXPECT_EQ(state("max_abs = 0.0399"), undecided);
    EXPECT_EQ(state("max_abs = 0.0201"), undecided);
    EXPECT_EQ(state("max_abs = 0.0199"), failed);
    EXPECT_EQ(state("max_abs = 0.029\nsigmas = 0"), failed);
    EXPECT_EQ(state("max_abs = 0.031\nsigmas = 0"), passed);
}

TEST(Gates, SayHowManySamplesWouldDecide) {
    // 400 samples give 0.01 of an interval; 0.005 of the limit need four times as many.
    const auto result = check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nmax_abs = 0.035\n")[0];
    EXPECT_EQ(result.state, undecided);
    ASSERT_TRUE(result.needs);
    EXPECT_NEAR(static_cast<double>(*result.needs), 1600, 20);
    EXPECT_THAT(result.message, testing::HasSubstr("showers of each set would tell"));
    EXPECT_EQ(result.json("energy")["state"], "undecided");
    EXPECT_EQ(result.json("energy")["needs"], *result.needs);
    const auto decided = check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nmax_abs = 0.01\n")[0];
    EXPECT_EQ(decided.state, failed);
    EXPECT_FALSE(decided.needs);
    EXPECT_THAT(decided.message, testing::HasSubstr("0.02 beyond its limit"));
    // At the limit itself no number of samples would.
    EXPECT_FALSE(check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nmax_abs = 0.03\n")[0].needs);
}

TEST(Gates, KnowSignedLimitsAndFloors) {
    EXPECT_EQ(state("max = 0"), passed);
    EXPECT_EQ(state("min = -0.01"), failed);
    EXPECT_EQ(state("max_over_floor = 4.1"), passed);
    EXPECT_EQ(state("max_over_floor = 3.9"), undecided);
    EXPECT_EQ(state("max_over_floor = 1.9"), failed);
}

TEST(Gates, HoldFloorsAgainstTheIdeal) {
    Metric area(classifier_auc("cells"), "10:500");
    area.value = 0.56;
    area.uncertainty = 0.001;
    area.floor = 0.48;  // 0.02 from guessing, as 0.52 is
    const auto state = [&](const char* times) {
        const std::string gate = "[[gate]]\nmetric = \"auc_cells\"\nmax_over_floor = ";
        return Gates::parse(gate + times).check(std::span(&area, 1), "showers")[0].state;
    };
    EXPECT_EQ(state("3.11"), passed);
    EXPECT_EQ(state("3.01"), undecided);
    EXPECT_EQ(state("2.8"), failed);
}

TEST(Gates, SpeakOfOneOrEachRange) {
    const char* each =
        "[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nenergy = \"each\"\nmax_abs = 0.01\n";
    const auto results = check(each);
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].state, failed);
    EXPECT_EQ(results[1].state, undecided);
    const auto one =
        check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nenergy = \"10:20\"\nmax_abs = 0.01\n");
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one[0].range, "10:20");
}

TEST(Gates, SpeakOfSlices) {
    std::vector<Metric> all = metrics();
    for (const char* range : {"theta 0:10", "theta 10:30", "particle gamma"}) {
        all.push_back(all[0]);
        all.back().range = range;
    }
    const auto ranges = [&](const std::string& of) {
        std::vector<std::string> out;
        const auto gate = "[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\n" + of + "\nmax_abs = 0.01\n";
        for (const GateResult& one : Gates::parse(gate).check(all, "showers")) out.push_back(one.range);
        return out;
    };
    using testing::ElementsAre;
    EXPECT_THAT(ranges("theta = \"each\""), ElementsAre("theta 0:10", "theta 10:30"));
    EXPECT_THAT(ranges("theta = \"10:30\""), ElementsAre("theta 10:30"));
    EXPECT_THAT(ranges("particle = \"gamma\""), ElementsAre("particle gamma"));
    EXPECT_THAT(ranges("energy = \"each\""), ElementsAre("10:500", "10:20"));
    EXPECT_THAT(ranges(""), ElementsAre("10:500"));
    EXPECT_THAT(test::message_of<core::InputError>([&] { ranges("particle = \"e-\""); }),
                testing::HasSubstr("particle gamma"));
    EXPECT_THAT(test::message_of<core::InputError>([&] { ranges("particle = \"e-\"\ntheta = \"0:10\""); }),
                testing::HasSubstr("a gate speaks of one"));
    all.resize(3);
    EXPECT_THAT(test::message_of<core::InputError>([&] { ranges("theta = \"each\""); }),
                testing::HasSubstr("each theta"));
    GateResult result;
    result.range = "theta 0:10";
    EXPECT_EQ(result.json("energy")["theta"], "0:10");
    EXPECT_FALSE(result.json("energy").contains("energy"));
}

TEST(Gates, AMetricThatCannotBeToldIsUndecided) {
    const auto results = check("[[gate]]\nmetric = \"fpd\"\nmax = 1\n");
    EXPECT_EQ(results[0].state, undecided);
    EXPECT_FALSE(results[0].needs);
    EXPECT_THAT(results[0].message, testing::HasSubstr("20000 showers"));
    EXPECT_TRUE(results[0].json("energy")["value"].is_null());
}

TEST(Gates, NameWhatIsWrongWithThem) {
    const auto message = [](const std::string& text) {
        return test::message_of<core::InputError>([&] { check(text); });
    };
    EXPECT_THAT(message("[[gate]]\nmetric = \"sampling_fraction_mean\"\nmax = 1\n"),
                testing::HasSubstr("Did you mean `sampling_fraction_mean_rel`"));
    EXPECT_THAT(message("[[gate]]\nmetric = \"fpd\"\nenergy = \"10:21\"\nmax = 1\n"),
                testing::HasSubstr("10:500"));
    EXPECT_THAT(message("[[gate]]\nmetric = \"fpd\"\n"), testing::HasSubstr("no limit"));
    EXPECT_THAT(message("[[gate]]\nmetric = \"fpd\"\nmaximum = 1\n"), testing::HasSubstr("maximum"));
    EXPECT_THAT(message(""), testing::HasSubstr("[[gate]]"));
}

}  // namespace
}  // namespace caloforge::validate
