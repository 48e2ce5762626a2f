#include <cmath>
#include <set>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "validate/ShowerComparison.hh"
#include "validate/shower/ToyShowers.hh"
#include "validate/statistics/UnitCheck.hh"

namespace caloforge::validate {
namespace {

using test::message_of;
using test::Toy;
using test::write_set;
using testing::HasSubstr;

// Compares, and checks that nothing but numbers and honest nulls comes out.
Comparison compare_soberly(const data::ShowerSet& reference, const data::ShowerSet& candidate) {
    Comparison comparison = compare_showers(reference, candidate);
    for (const Metric& metric : comparison.metrics()) {
        const core::Json json = metric.json("energy");
        for (const char* figure : {"value", "uncertainty", "floor"}) {
            EXPECT_TRUE(json[figure].is_null() || std::isfinite(json[figure].get<double>())) << json.dump();
        }
        EXPECT_TRUE(metric.value || !metric.reason.empty()) << json.dump();
        EXPECT_TRUE(metric.has_floor || !(metric.floor || metric.uncertainty)) << json.dump();
    }
    EXPECT_FALSE(comparison.table().empty());
    return comparison;
}

TEST(BadInput, DifferentGridsAreNamed) {
    const test::TemporaryFolder folder;
    const auto first = write_set(folder / "a.h5", Toy{.count = 2});
    Toy other{.count = 2};
    other.grid.nz = 13;
    const auto second = write_set(folder / "b.h5", other);
    const auto message = message_of<core::InputError>([&] { compare_showers(first, second); });
    EXPECT_THAT(message, HasSubstr("9x9x12"));
    EXPECT_THAT(message, HasSubstr("9x9x13"));
}

TEST(BadInput, AFactorOfAThousandIsTakenForUnits) {
    const test::TemporaryFolder folder;
    const auto right = write_set(folder / "a.h5", Toy{});
    const auto wrong = write_set(folder / "b.h5", Toy{.seed = 2, .scale = 1000});
    ShowerCompareOptions options;
    options.candidate_name = "network";
    const auto high = message_of<UnitError>([&] { compare_showers(right, wrong, options); });
    EXPECT_THAT(high, HasSubstr("network looks like MeV"));
    EXPECT_THAT(high, HasSubstr("scale 1000"));
    const auto low = message_of<UnitError>([&] { compare_showers(wrong, right, options); });
    EXPECT_THAT(low, HasSubstr("reference looks like MeV"));
}

TEST(BadInput, ATenthOfTheEnergyIsNoQuestionOfUnits) {
    const test::TemporaryFolder folder;
    const auto right = write_set(folder / "a.h5", Toy{});
    const auto wrong = write_set(folder / "b.h5", Toy{.scale = 0.1});
    const Comparison comparison = compare_soberly(right, wrong);
    EXPECT_NEAR(comparison.metrics().front().value.value(), -0.9, 1e-6);
}

TEST(BadInput, DisjointEnergiesAreRefused) {
    const test::TemporaryFolder folder;
    const auto low = write_set(folder / "a.h5", Toy{.count = 50, .low = 10, .high = 50});
    const auto high = write_set(folder / "b.h5", Toy{.count = 50, .low = 100, .high = 500});
    const auto message = message_of<core::InputError>([&] { compare_showers(low, high); });
    EXPECT_THAT(message, HasSubstr("share no incident energy"));
}

TEST(BadInput, DifferentRangesAreComparedOnTheOverlap) {
    const test::TemporaryFolder folder;
    const auto wide = write_set(folder / "a.h5", Toy{.count = 1000});
    const auto narrow = write_set(folder / "b.h5", Toy{.count = 1000, .seed = 2, .low = 100, .high = 200});
    testing::internal::CaptureStderr();
    const Comparison comparison = compare_soberly(wide, narrow);
    const std::string warnings = testing::internal::GetCapturedStderr();
    const Metric& metric = comparison.metrics().front();
    EXPECT_EQ(metric.range, "100:200");
    EXPECT_EQ(metric.n_candidate, 1000U);
    EXPECT_GT(metric.n_reference, 150U);
    EXPECT_LT(metric.n_reference, 260U);
    EXPECT_EQ(comparison.json()["reference"]["showers_compared"], metric.n_reference);
    EXPECT_THAT(warnings, HasSubstr("compared on the overlap, 100:200 GeV"));
}

TEST(BadInput, AllMetricsOfARangeAreAboutTheSameShowers) {
    const test::TemporaryFolder folder;
    const auto wide = write_set(folder / "a.h5", Toy{.count = 1000});
    const auto narrow = write_set(folder / "b.h5", Toy{.count = 1000, .seed = 2, .low = 150, .high = 300});
    const Comparison comparison = compare_soberly(wide, narrow);
    for (const Metric& metric : comparison.metrics()) {
        for (const Metric& other : comparison.metrics()) {
            if (metric.range != other.range) continue;
            ASSERT_EQ(metric.n_reference, other.n_reference) << metric.name << " " << other.name;
            ASSERT_EQ(metric.n_candidate, other.n_candidate) << metric.name << " " << other.name;
        }
    }
}

TEST(BadInput, TooFewShowersLeaveNoMetricOut) {
    const test::TemporaryFolder folder;
    const auto enough = write_set(folder / "a.h5", Toy{});
    const auto few = write_set(folder / "b.h5", Toy{.count = 50, .seed = 2});
    const auto names = [](const Comparison& comparison) {
        std::set<std::string> out;
        for (const Metric& metric : comparison.metrics()) {
            if (metric.range == "10:500") out.insert(metric.name);
            EXPECT_TRUE(metric.value || !metric.reason.empty()) << metric.name;
        }
        return out;
    };
    EXPECT_EQ(names(compare_soberly(enough, few)), names(compare_soberly(enough, enough)));
}

TEST(BadInput, AnEmptyCandidateIsNotCompared) {
    const test::TemporaryFolder folder;
    const auto reference = write_set(folder / "a.h5", Toy{});
    const auto empty = write_set(folder / "b.h5", Toy{.scale = 0});
    for (const auto& comparison : {compare_soberly(reference, empty), compare_soberly(empty, reference)}) {
        for (const Metric& metric : comparison.metrics()) {
            EXPECT_FALSE(metric.value.has_value()) << metric.name;
            EXPECT_FALSE(metric.beyond_floor());
        }
        EXPECT_THAT(comparison.metrics().front().reason, HasSubstr("is empty"));
    }
}

TEST(BadInput, OneShowerTellsNothing) {
    const test::TemporaryFolder folder;
    const auto reference = write_set(folder / "a.h5", Toy{});
    const auto single = write_set(folder / "b.h5", Toy{.count = 1, .seed = 2});
    for (const auto& comparison : {compare_soberly(reference, single), compare_soberly(single, reference),
                                   compare_soberly(single, single)}) {
        EXPECT_FALSE(comparison.metrics().front().value.has_value());
        EXPECT_THAT(comparison.metrics().front().reason, HasSubstr("10 are needed"));
        EXPECT_EQ(comparison.drawings().front().json("energy").dump().find("nan"), std::string::npos);
    }
}

TEST(BadInput, AWidthNeedsTwentyShowers) {
    const test::TemporaryFolder folder;
    const auto reference = write_set(folder / "a.h5", Toy{});
    const auto few = write_set(folder / "b.h5", Toy{.count = 19, .seed = 2});
    const Comparison comparison = compare_soberly(reference, few);
    EXPECT_TRUE(comparison.metrics()[0].value.has_value());
    ASSERT_EQ(comparison.metrics()[1].name, "sampling_fraction_width_rel");
    EXPECT_FALSE(comparison.metrics()[1].value.has_value());
    EXPECT_THAT(comparison.metrics()[1].reason, HasSubstr("20 are needed"));
}

TEST(BadInput, AShowerWithoutIncidentEnergyIsNamed) {
    const test::TemporaryFolder folder;
    auto batch = test::toy_showers(Toy{.count = 30});
    const auto good = write_set(folder / "a.h5", batch);
    batch.conditions.values("energy")[17] = 0;
    const auto message = message_of<core::InputError>([&] {
        const auto bad = write_set(folder / "b.h5", batch);
        compare_showers(good, bad);
    });
    EXPECT_THAT(message, HasSubstr("17"));
}

}  // namespace
}  // namespace caloforge::validate
