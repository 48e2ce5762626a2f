#include "validate/statistics/Distance.hh"

#include <algorithm>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "validate/statistics/ReferenceStatistics.hh"

namespace caloforge::validate {
namespace {

std::vector<float> sorted(std::vector<float> values) {
    std::sort(values.begin(), values.end());
    return values;
}

TEST(Distance, AgreesWithSciPy) {
    for (const core::Json& expected : reference_statistics("distances")) {
        const auto number = expected.at("number").get<std::uint32_t>();
        const double step = expected.at("step");
        const auto reference = sorted(sample(10 + number, expected.at("n"), 0, step));
        const auto candidate = sorted(sample(20 + number, expected.at("m"), expected.at("shift"), step));
        EXPECT_NEAR(wasserstein_distance(reference, candidate), expected.at("wasserstein"), 1e-12);
        const KolmogorovSmirnov test = kolmogorov_smirnov(reference, candidate);
        EXPECT_NEAR(test.statistic, expected.at("ks"), 1e-14);
        EXPECT_NEAR(test.p, expected.at("ks_p"), 1e-12);
    }
}

TEST(Distance, ChiSquareAgreesWithSciPy) {
    const core::Json expected = reference_statistics("chi_square");
    const std::vector<double> reference = expected.at("reference");
    const std::vector<double> candidate = expected.at("candidate");
    const ChiSquare test = chi_square(reference, candidate).value();
    EXPECT_NEAR(test.value, expected.at("value"), 1e-12);
    EXPECT_EQ(test.ndf, expected.at("ndf").get<std::size_t>());
    EXPECT_NEAR(test.p, expected.at("p"), 1e-12);
    EXPECT_NEAR(chi_square(candidate, reference).value().value, test.value, 1e-12);
}

TEST(Distance, OfASampleFromItselfIsZero) {
    const auto values = sorted(sample(1, 100, 0, 0.5));
    EXPECT_EQ(wasserstein_distance(values, values), 0);
    EXPECT_EQ(kolmogorov_smirnov(values, values).statistic, 0);
    EXPECT_EQ(kolmogorov_smirnov(values, values).p, 1);
    // Same shape, other total.
    EXPECT_NEAR(chi_square(std::vector<double>{2, 4, 6}, std::vector<double>{1, 2, 3}).value().value, 0,
                1e-15);
}

TEST(Distance, IsSymmetricAndAShiftIsItsOwnSize) {
    const auto values = sorted(sample(1, 64, 0, 0.125));
    const auto shifted = sorted(sample(1, 64, 0.5, 0.125));
    EXPECT_DOUBLE_EQ(wasserstein_distance(values, shifted), 0.5);
    const auto others = sorted(sample(2, 41, 0, 0));
    EXPECT_DOUBLE_EQ(wasserstein_distance(values, others), wasserstein_distance(others, values));
    EXPECT_DOUBLE_EQ(kolmogorov_smirnov(values, others).p, kolmogorov_smirnov(others, values).p);
}

TEST(Distance, OfSeparateSamplesIsTheGap) {
    const std::vector<float> low = {0, 1};
    const std::vector<float> high = {10, 11, 12};
    EXPECT_DOUBLE_EQ(wasserstein_distance(low, high), 10.5);
    EXPECT_DOUBLE_EQ(kolmogorov_smirnov(low, high).statistic, 1);
}

TEST(Distance, KolmogorovTailJoinsItsTwoSeries) {
    EXPECT_NEAR(kolmogorov_tail(1 - 1e-9), kolmogorov_tail(1), 1e-8);
    EXPECT_EQ(kolmogorov_tail(0), 1);
    EXPECT_EQ(kolmogorov_tail(0.01), 1);
    EXPECT_LT(kolmogorov_tail(5), 1e-20);
}

TEST(Distance, HasNoValueWithoutEntries) {
    const std::vector<float> empty;
    const std::vector<float> one = {1};
    EXPECT_THROW(wasserstein_distance(empty, one), core::InputError);
    EXPECT_THROW(kolmogorov_smirnov(one, empty), core::InputError);
    const std::vector<double> filled = {0, 3};
    EXPECT_FALSE(chi_square(filled, std::vector<double>{0, 0}).has_value());
    EXPECT_FALSE(chi_square(filled, filled).has_value());  // one bin
    EXPECT_THROW(chi_square(filled, std::vector<double>{1}), core::InputError);
}

}  // namespace
}  // namespace caloforge::validate
