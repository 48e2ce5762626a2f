#include "validate/statistics/Correlation.hh"

#include <cmath>
#include <numeric>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "validate/statistics/ReferenceStatistics.hh"

namespace caloforge::validate {
namespace {

constexpr std::size_t showers = 400;
constexpr std::size_t observables = 6;
const std::vector<std::size_t> all = {0, 1, 2, 3, 4, 5};

/// The script's table: column 4 is constant, columns 2 and 5 have gaps.
ObservableTable table_with_gaps() {
    ObservableTable table;
    table.names = {"a", "b", "c", "d", "e", "f"};
    table.values = features(30, showers, observables);
    table.binning.resize(showers, 50.0F);
    for (std::size_t i = 0; i < showers; ++i) {
        table.values[i * observables + 4] = 7;
        if (uniform(31, i) < 0.2) table.values[i * observables + 2] = NAN;
        if (uniform(32, i) < 0.1) table.values[i * observables + 5] = NAN;
    }
    return table;
}

TEST(Correlation, AgreesWithSciPyPairByPair) {
    const core::Json expected = reference_statistics("correlations");
    const CorrelationMatrix matrix = correlation_matrix(table_with_gaps(), all);
    for (std::size_t i = 0; i < matrix.values.size(); ++i) {
        if (expected[i].is_null()) {
            EXPECT_TRUE(std::isnan(matrix.values[i])) << i;
        } else {
            EXPECT_NEAR(matrix.values[i], expected[i], 1e-12) << i;
        }
    }
}

TEST(Correlation, TakesTheColumnsInTheirOrder) {
    const ObservableTable table = table_with_gaps();
    const CorrelationMatrix whole = correlation_matrix(table, all);
    const std::vector<std::size_t> chosen = {5, 0, 2};
    const CorrelationMatrix part = correlation_matrix(table, chosen);
    EXPECT_NEAR(part(0, 2), whole(5, 2), 1e-14);
    EXPECT_NEAR(part(1, 0), whole(0, 5), 1e-14);
    EXPECT_THROW(correlation_matrix(table, std::vector<std::size_t>{6}), core::InputError);
}

TEST(Correlation, OfLinearObservablesIsOne) {
    ObservableTable table;
    table.names = {"a", "2a", "-a"};
    for (int i = 0; i < 10; ++i) {
        const float a = 1e6F + static_cast<float>(i);
        table.values.insert(table.values.end(), {a, 2 * a, -a});
        table.binning.push_back(1);
    }
    const CorrelationMatrix matrix = correlation_matrix(table, std::vector<std::size_t>{0, 1, 2});
    EXPECT_NEAR(matrix(0, 1), 1, 1e-12);
    EXPECT_NEAR(matrix(0, 2), -1, 1e-12);
}

TEST(Correlation, SumsOfPartsAreSumsOfTheWhole) {
    const std::vector<float> values = features(33, 300, 3);
    const std::span<const float> span = values;
    const std::vector<double> centre = {10, 11, 12};
    CorrelationSums whole(centre);
    whole.add(span);
    whole.add(span.first(300));  // 100 showers once more
    CorrelationSums first(centre);
    CorrelationSums rest(centre);
    first.add(span.first(300));
    rest.add(span.subspan(300));
    CorrelationSums sum(centre);
    sum.add(first, 2);
    sum.add(rest, 1);
    for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(sum.matrix().values[i], whole.matrix().values[i], 1e-14);
    EXPECT_THROW(sum.add(CorrelationSums({0, 0, 0}), 1), core::InputError);
    EXPECT_THROW(sum.add(span.first(4)), core::InputError);
}

TEST(Correlation, NeedsThreeShowersInCommon) {
    CorrelationSums sums({0, 0});
    sums.add(std::vector<float>{1, 2, 3, 1, NAN, 4});
    EXPECT_TRUE(std::isnan(sums.matrix()(0, 1)));
    sums.add(std::vector<float>{5, 3});
    EXPECT_FALSE(std::isnan(sums.matrix()(0, 1)));
}

TEST(Correlation, DifferenceCountsPairsDefinedInBoth) {
    const CorrelationMatrix reference{3, {1, 0.5, 0.1, 0.5, 1, NAN, 0.1, NAN, 1}};
    const CorrelationMatrix candidate{3, {1, 0.2, 0.2, 0.2, 1, 0.9, 0.2, 0.9, 1}};
    EXPECT_NEAR(correlation_difference(reference, candidate).value(), 0.2, 1e-15);
    EXPECT_NEAR(correlation_difference(candidate, reference).value(), 0.2, 1e-15);
    EXPECT_EQ(correlation_difference(reference, reference).value(), 0);
}

TEST(Correlation, DifferenceNeedsAPair) {
    const CorrelationMatrix none{2, {1, NAN, NAN, 1}};
    EXPECT_FALSE(correlation_difference(none, none).has_value());
    EXPECT_THROW(correlation_difference(none, CorrelationMatrix{1, {1}}), core::InputError);
}

TEST(ObservableTable, GivesRowsColumnsAndNames) {
    ObservableTable table;
    table.names = {"a", "b"};
    table.values = {1, 2, 3, 4, 5, 6};
    table.binning = {10, 20, 30};
    EXPECT_EQ(table.rows(), 3U);
    EXPECT_EQ(table.columns(), 2U);
    EXPECT_EQ(table.row(1)[1], 4);
    EXPECT_EQ(table.column(1), (std::vector<float>{2, 4, 6}));
    EXPECT_EQ(table.find("b"), 1U);
    EXPECT_FALSE(table.find("c").has_value());
}

}  // namespace
}  // namespace caloforge::validate
