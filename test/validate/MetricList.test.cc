#include "validate/MetricList.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/AtomicFile.hh"
#include "core/TemporaryFolder.hh"
#include "validate/ShowerComparison.hh"
#include "validate/shower/ToyShowers.hh"

namespace caloforge::validate {
namespace {

std::vector<MetricInfo> all() {
    std::vector<MetricInfo> out = summary_metrics();
    for (const MetricInfo& info : classifier_metrics()) out.push_back(info);
    return out;
}

TEST(MetricList, HoldsWhatAComparisonOfShowersSumsUp) {
    const test::TemporaryFolder folder;
    const auto set = test::write_set(folder / "a.h5", test::Toy{.count = 40});
    std::set<std::string> measured, listed;
    const Comparison comparison = compare_showers(set, set);
    for (const Metric& metric : comparison.metrics()) {
        if (metric.sums_up()) measured.insert(metric.name);
    }
    for (const MetricInfo& info : all()) {
        // The divergences join when a classifier is trained.
        if (!info.name.starts_with("jsd_")) listed.insert(info.name);
    }
    EXPECT_EQ(measured, listed);
}

TEST(MetricList, GivesEveryMetricANameOfItsOwnAndATitle) {
    std::set<std::string> names, titles;
    for (const MetricInfo& info : all()) {
        EXPECT_TRUE(names.insert(info.name).second) << info.name;
        EXPECT_TRUE(titles.insert(info.title).second) << info.title;
        EXPECT_FALSE(info.unit.empty()) << info.name;
        EXPECT_EQ(find_metric(info.name)->title, info.title);
    }
    EXPECT_EQ(find_metric("no_such_metric"), nullptr);
}

TEST(MetricList, IsDocumented) {
    const std::string page = core::read_text(CALOFORGE_SOURCE_DIR "/doc/validation.md");
    for (const MetricInfo& info : all()) EXPECT_THAT(page, testing::HasSubstr("`" + info.name + "`"));
}

}  // namespace
}  // namespace caloforge::validate
