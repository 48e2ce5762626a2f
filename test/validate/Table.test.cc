#include "validate/Table.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "validate/MetricList.hh"
#include "validate/statistics/GeneralMetrics.hh"

namespace caloforge::validate {
namespace {

using testing::HasSubstr;
using testing::Not;

Metric metric(const std::string& name, const std::string& range, std::optional<double> value) {
    Metric out(*find_metric(name), range);
    out.value = value;
    if (value) out.uncertainty = 0.01;
    if (!value) out.reason = "too few";
    out.floor = 0.01;
    return out;
}

TEST(Table, MarksWhatLiesBeyondItsFloor) {
    const std::vector<Metric> metrics = {metric("sampling_fraction_mean_rel", "10:500", 0.031),
                                         metric("sampling_fraction_mean_rel", "10:20", 0.029)};
    const std::string table = metrics_table(metrics, {}, "showers");
    EXPECT_THAT(table, HasSubstr("+3.10 % ± 1.00 %"));
    EXPECT_EQ(std::count(table.begin(), table.end(), '*'), 2);  // one metric, and the line that explains
}

TEST(Table, DoesNotMarkAClassifierThatOnlyGuesses) {
    Metric area = metric("auc_cells", "10:500", 0.5);
    area.floor = 0.46;
    const auto marks = [&] {
        const std::string table = metrics_table(std::span(&area, 1), {}, "showers");
        return std::count(table.begin(), table.end(), '*') - 1;  // the line that explains has one
    };
    EXPECT_EQ(marks(), 0);
    area.value = 0.57;
    EXPECT_EQ(marks(), 1);
}

TEST(Table, NamesTheBinningVariableAndTheSamples) {
    const Metric one = metric("correlation_mad", "0:3", 0.1);
    const std::string table = metrics_table(std::span(&one, 1), {.field = "phase", .unit = "rad"}, "waves");
    EXPECT_THAT(table, HasSubstr("phase [rad]"));
    EXPECT_THAT(table, HasSubstr("waves"));
}

TEST(Table, LeavesOutRangesThatCannotBeToldAndSaysSo) {
    const std::vector<Metric> metrics = {metric("fpd", "10:500", std::nullopt),
                                         metric("correlation_mad", "10:500", 0.1),
                                         metric("correlation_mad", "10:20", std::nullopt)};
    const std::string table = metrics_table(metrics, {}, "showers");
    EXPECT_THAT(table, HasSubstr("too few"));  // over all energies it is told
    EXPECT_THAT(table, Not(HasSubstr("10:20")));
    EXPECT_THAT(table, HasSubstr("left out"));
}

TEST(Table, ShowsTheSummaryOnly) {
    std::vector<Metric> metrics = {metric("correlation_mad", "10:500", 0.1),
                                   Metric(separation_of("width_x", "width in x [mm]"), "10:500")};
    metrics[1].value = 0.1;
    EXPECT_THAT(metrics_table(metrics, {}, "showers"), Not(HasSubstr("width_x")));
}

}  // namespace
}  // namespace caloforge::validate
