#include "validate/Table.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace caloforge::validate {
namespace {

using testing::HasSubstr;
using testing::Not;

Metric metric(const std::string& name, const std::string& energy, std::optional<double> value) {
    Metric out;
    out.name = name;
    out.energy = energy;
    out.value = value;
    if (value) out.uncertainty = 0.01;
    if (!value) out.reason = "too few";
    out.floor = 0.01;
    return out;
}

TEST(Table, MarksWhatLiesBeyondItsFloor) {
    const std::vector<Metric> metrics = {metric("sampling_fraction_mean_rel", "10:500", 0.031),
                                         metric("sampling_fraction_mean_rel", "10:20", 0.029)};
    const std::string table = metrics_table(metrics);
    EXPECT_THAT(table, HasSubstr("+3.10 % ± 1.00 %"));
    EXPECT_EQ(std::count(table.begin(), table.end(), '*'), 2);  // one metric, and the line that explains
}

TEST(Table, LeavesOutRangesThatCannotBeToldAndSaysSo) {
    const std::vector<Metric> metrics = {metric("fpd", "10:500", std::nullopt),
                                         metric("correlation_mad", "10:500", 0.1),
                                         metric("correlation_mad", "10:20", std::nullopt)};
    const std::string table = metrics_table(metrics);
    EXPECT_THAT(table, HasSubstr("too few"));  // over all energies it is told
    EXPECT_THAT(table, Not(HasSubstr("10:20")));
    EXPECT_THAT(table, HasSubstr("left out"));
}

TEST(Table, ShowsTheSummaryOnly) {
    std::vector<Metric> metrics = {metric("correlation_mad", "10:500", 0.1),
                                   metric("separation_width_x", "10:500", 0.1)};
    metrics[1].group = "observable";
    EXPECT_THAT(metrics_table(metrics), Not(HasSubstr("width_x")));
}

}  // namespace
}  // namespace caloforge::validate
