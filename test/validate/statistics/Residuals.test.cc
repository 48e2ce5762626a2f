#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "core/Random.hh"
#include "validate/statistics/ConditionFit.hh"
#include "validate/statistics/ResidualMetrics.hh"

namespace caloforge::validate {
namespace {

// Two observables of energies between 10 and 500, which follow them and where the sample began; what is left
// is normal, of a given spread and correlation.
struct Toy {
    std::size_t count = 3000;
    std::uint64_t seed = 1;
    double spread = 1, correlation = 0.5, mean = 1;
    bool one_energy = false;
};

ObservableTable table_of(const Toy& toy) {
    ObservableTable out;
    out.names = {"size", "place"};
    out.condition_names = {"impact[0]"};
    for (std::size_t i = 0; i < toy.count; ++i) {
        const core::RandomStream random(toy.seed, i, 0);
        const double energy = toy.one_energy ? 50 : 10 * std::pow(50, random.uniform_at(0));
        const double x = 5 * random.uniform_at(1) - 2.5;
        const auto normal = [&](std::uint32_t element) {
            return std::sqrt(-2 * std::log(random.uniform_at(element))) *
                   std::cos(2 * std::numbers::pi * random.uniform_at(element + 1));
        };
        const double first = normal(2), second = normal(4);
        const double other =
            toy.correlation * first + std::sqrt(1 - toy.correlation * toy.correlation) * second;
        const double size = 100 * std::log(energy) + 30 * x * x;
        out.binning.push_back(static_cast<float>(energy));
        out.conditions.push_back(static_cast<float>(x));
        out.values.push_back(
            static_cast<float>(toy.mean * size + 2 * std::sqrt(energy) * toy.spread * first));
        out.values.push_back(static_cast<float>(10 - 3 * std::log(energy) + other));
    }
    return out;
}

TableView all(const ObservableTable& table) {
    TableView out{&table, {}};
    for (std::uint32_t row = 0; row < table.rows(); ++row) out.rows.push_back(row);
    return out;
}

const ObservableList& observables() {
    static const ObservableList list({{"size", "size [mm]"}, {"place", "place"}}, {});
    return list;
}

std::vector<Metric> compare(const Toy& reference, const Toy& candidate) {
    const ObservableTable first = table_of(reference), second = table_of(candidate);
    const TableView one = all(first), other = all(second);
    return Residuals(one, other, observables(), true).compare(one, other, "energy", "10:500");
}

const Metric& find(const std::vector<Metric>& metrics, const std::string& name) {
    for (const Metric& metric : metrics) {
        if (metric.name == name) return metric;
    }
    throw std::logic_error("no metric " + name);
}

TEST(ConditionFit, TakesOutWhatTheConditionsExplain) {
    const ObservableTable table = table_of({});
    const ConditionFit fit(all(table), 2, true, {"impact[0]"});
    const ConditionFit::Expected expected = fit.of(table);
    for (const std::size_t row : {0U, 17U, 400U}) {
        const double energy = table.binning[row], x = table.conditions[row];
        EXPECT_NEAR(expected.means[2 * row], 100 * std::log(energy) + 30 * x * x, 4) << energy;
        EXPECT_NEAR(expected.means[2 * row + 1], 10 - 3 * std::log(energy), 0.2) << energy;
        // Up to one factor, which the mean of the logarithm of a square leaves open.
        EXPECT_NEAR(expected.spreads[2 * row] / expected.spreads[2 * row + 1], 2 * std::sqrt(energy),
                    0.15 * 2 * std::sqrt(energy));
    }
}

TEST(ConditionFit, OneEnergyHasNoCurve) {
    const ObservableTable table = table_of({.one_energy = true});
    const ConditionFit fit(all(table), 2, true, {});
    const ConditionFit::Expected expected = fit.of(table);
    EXPECT_NEAR(expected.means[1], 10 - 3 * std::log(50), 0.1);
    EXPECT_EQ(expected.means[0], expected.means[2]);
    EXPECT_EQ(expected.means[1], expected.means[3]);
}

TEST(Residuals, FindNothingWhereNothingIs) {
    for (const bool one_energy : {false, true}) {
        const auto metrics = compare({.one_energy = one_energy}, {.seed = 2, .one_energy = one_energy});
        for (const char* name : {"mean_size_rel", "mean_place_shift", "width_size_rel", "width_place_rel"}) {
            const Metric& metric = find(metrics, name);
            EXPECT_LT(std::abs(metric.value.value()), 3.5 * metric.uncertainty.value()) << name;
            EXPECT_GT(metric.floor.value(), 0) << name;
        }
        EXPECT_GT(find(metrics, "width_worst").chance.value(), 1e-3);
        EXPECT_GT(find(metrics, "correlation_residual_worst").chance.value(), 1e-3);
    }
}

TEST(Residuals, FindAWidthThatTheEnergyHides) {
    // The whole spread of `size` is 115, a tenth of it what fluctuates.
    const auto metrics = compare({}, {.seed = 2, .spread = 1.15});
    const Metric& width = find(metrics, "width_size_rel");
    EXPECT_NEAR(width.value.value(), 0.15, 3 * width.uncertainty.value());
    EXPECT_LT(width.uncertainty.value(), 0.03);
    EXPECT_EQ(find(metrics, "width_worst").where, "size");
    EXPECT_LT(find(metrics, "width_worst").chance.value(), 1e-3);
}

TEST(Residuals, FindACorrelationThatIsGone) {
    const auto metrics = compare({}, {.seed = 2, .correlation = 0.3});
    const Metric& worst = find(metrics, "correlation_residual_worst");
    EXPECT_NEAR(worst.value.value(), -0.2, 3 * worst.uncertainty.value());
    EXPECT_EQ(worst.where, "size, place");
    EXPECT_LT(worst.chance.value(), 1e-3);
    EXPECT_EQ(worst.json("energy")["where"], "size, place");
    EXPECT_TRUE(worst.floor.has_value());
}

TEST(Residuals, CompareMeansAtEqualEnergies) {
    // Another spectrum moves the mean of `size` by 70 %, another mean at each energy by 1 %.
    ObservableTable reference = table_of({}), candidate = table_of({.count = 6000, .seed = 2, .mean = 1.01});
    TableView one = all(reference), other = all(candidate);
    std::erase_if(other.rows, [&](std::uint32_t row) { return candidate.binning[row] > 60; });
    const Residuals residuals(one, other, observables(), true);
    const auto metrics = residuals.compare(one, other, "energy", "10:500");
    const Metric& mean = find(metrics, "mean_size_rel");
    EXPECT_NEAR(mean.value.value(), 0.01 * 0.7, 0.003);
    EXPECT_LT(mean.uncertainty.value(), 0.002);
}

TEST(Residuals, CoverTheTruth) {
    // Of many pairs of one distribution, about one in twenty lies beyond two standard deviations.
    int beyond = 0, tried = 0;
    for (std::uint64_t seed = 10; seed < 60; ++seed) {
        const auto metrics = compare({.count = 400, .seed = 2 * seed}, {.count = 400, .seed = 2 * seed + 1});
        for (const char* name : {"mean_size_rel", "width_size_rel", "width_place_rel"}) {
            const Metric& metric = find(metrics, name);
            beyond += std::abs(metric.value.value()) > 2 * metric.uncertainty.value();
            ++tried;
        }
    }
    EXPECT_LE(beyond, tried * 12 / 100);
    EXPECT_GE(beyond, 1);
}

}  // namespace
}  // namespace caloforge::validate
