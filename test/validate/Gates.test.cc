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
    return Gates::parse(text).check(metrics());
}

TEST(Gates, WidenALimitByTwoStandardDeviations) {
    const auto fine = check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nmax_abs = 0.021\n");
    ASSERT_EQ(fine.size(), 1U);
    EXPECT_TRUE(fine[0].passed);
    EXPECT_THAT(fine[0].message, testing::HasSubstr("standard deviations"));
    const auto bad = check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nmax_abs = 0.019\n");
    EXPECT_FALSE(bad[0].passed);
    EXPECT_THAT(bad[0].message, testing::HasSubstr("off by 0.011"));
    const auto strict =
        check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nmax_abs = 0.021\nsigmas = 0\n");
    EXPECT_FALSE(strict[0].passed);
}

TEST(Gates, KnowSignedLimitsAndFloors) {
    EXPECT_TRUE(check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nmax = 0\n")[0].passed);
    EXPECT_FALSE(check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nmin = -0.01\n")[0].passed);
    EXPECT_TRUE(check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nmax_over_floor = 2\n")[0].passed);
    EXPECT_FALSE(
        check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nmax_over_floor = 1.9\n")[0].passed);
}

TEST(Gates, HoldFloorsAgainstTheIdeal) {
    Metric area(classifier_auc("cells"), "10:500");
    area.value = 0.56;
    area.uncertainty = 0.001;
    area.floor = 0.48;  // 0.02 from guessing, as 0.52 is
    const auto passed = [&](const char* times) {
        const std::string gate = "[[gate]]\nmetric = \"auc_cells\"\nmax_over_floor = ";
        return Gates::parse(gate + times).check(std::span(&area, 1))[0].passed;
    };
    EXPECT_TRUE(passed("3.01"));
    EXPECT_FALSE(passed("2.8"));
}

TEST(Gates, SpeakOfOneOrEachRange) {
    const char* each =
        "[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nenergy = \"each\"\nmax_abs = 0.01\n";
    const auto results = check(each);
    ASSERT_EQ(results.size(), 2U);
    EXPECT_FALSE(results[0].passed);
    EXPECT_TRUE(results[1].passed);
    const auto one =
        check("[[gate]]\nmetric = \"sampling_fraction_mean_rel\"\nenergy = \"10:20\"\nmax_abs = 0.01\n");
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one[0].range, "10:20");
}

TEST(Gates, AMetricThatCannotBeToldFails) {
    const auto results = check("[[gate]]\nmetric = \"fpd\"\nmax = 1\n");
    EXPECT_FALSE(results[0].passed);
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
