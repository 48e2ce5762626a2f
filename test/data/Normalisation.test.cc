#include "data/Normalisation.hh"

#include <cmath>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"
#include "data/NumberedShowers.hh"

namespace caloforge::data {
namespace {

using core::InputError;
using testing::HasSubstr;

/// Showers whose cells are all alike and add up to `sum`.
void add_shower(ShowerBatch& batch, double incident, double sum) {
    batch.readout = test::numbered_grid;
    sample::Columns energy(1);
    energy.add(sample::energy_field, {static_cast<float>(incident)});
    batch.conditions.append(energy);
    batch.cells.insert(batch.cells.end(), test::numbered_grid.cells(),
                       static_cast<float>(sum / static_cast<double>(test::numbered_grid.cells())));
}

class NormalisationTest : public testing::Test {
  protected:
    Normalisation fit(const ShowerBatch& batch, int degree, bool scale_cells = true) {
        test::write_showers(folder_ / "showers.h5", batch);
        return fit_normalisation(ShowerSet::open({folder_ / "showers.h5"}), degree, scale_cells);
    }
    const test::TemporaryFolder folder_;
};

TEST_F(NormalisationTest, FindsTheSumPolynomial) {
    ShowerBatch batch;
    const auto truth = [](double x) { return 0.05 + 1.8 * x + 0.02 * x * x - 0.003 * x * x * x; };
    for (int i = 0; i < 400; ++i) add_shower(batch, 10 + 490.0 * i / 399, truth(0.1 + 4.9 * i / 399));
    const auto found = fit(batch, 3);
    ASSERT_EQ(found.sum_coefficients.size(), 4U);
    EXPECT_NEAR(found.sum_coefficients[0], 0.05, 1e-5);
    EXPECT_NEAR(found.sum_coefficients[1], 1.8, 1e-5);
    EXPECT_NEAR(found.sum_coefficients[2], 0.02, 1e-5);
    EXPECT_NEAR(found.sum_coefficients[3], -0.003, 1e-5);
    EXPECT_NEAR(found.expected_sum(200), truth(2), 1e-5);
    EXPECT_FLOAT_EQ(static_cast<float>(found.energy_low), 10);
    EXPECT_FLOAT_EQ(static_cast<float>(found.energy_high), 500);
    EXPECT_EQ(found.showers, 400U);
}

TEST_F(NormalisationTest, WeighsWithOneOverTheEnergy) {
    // Two energies that one constant cannot both meet would need degree 0; with one distinct energy degree 0
    // is what remains. A straight line through three points shows the weights: solved by hand with w = 1/E.
    ShowerBatch batch;
    add_shower(batch, 100, 1);
    add_shower(batch, 200, 3);
    add_shower(batch, 400, 4);
    const double w[] = {1.0, 0.5, 0.25};
    const double x[] = {1, 2, 4};
    const double y[] = {1, 3, 4};
    double s = 0, sx = 0, sxx = 0, sy = 0, sxy = 0;
    for (int i = 0; i < 3; ++i) {
        s += w[i];
        sx += w[i] * x[i];
        sxx += w[i] * x[i] * x[i];
        sy += w[i] * y[i];
        sxy += w[i] * x[i] * y[i];
    }
    const auto found = fit(batch, 1);
    ASSERT_EQ(found.sum_coefficients.size(), 2U);
    EXPECT_NEAR(found.sum_coefficients[1], (s * sxy - sx * sy) / (s * sxx - sx * sx), 1e-6);
    EXPECT_NEAR(found.sum_coefficients[0], (sxx * sy - sx * sxy) / (s * sxx - sx * sx), 1e-6);
}

TEST_F(NormalisationTest, OneEnergyGivesAConstant) {
    ShowerBatch batch;
    for (const double sum : {0.9, 1.0, 1.1}) add_shower(batch, 50, sum);
    const auto found = fit(batch, 4);
    ASSERT_EQ(found.sum_coefficients.size(), 1U);
    EXPECT_NEAR(found.expected_sum(50), 1.0, 1e-6);
}

TEST_F(NormalisationTest, MeasuresTheSamplingFraction) {
    ShowerBatch batch;
    constexpr std::size_t count = 2000;
    std::vector<float> noise(count);
    core::RandomStream(1, 0, core::first_training_stream).normal(noise);
    double mean = 0;
    double square = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double incident = 10 + 0.2 * static_cast<double>(i);
        const double fraction = 0.02 + 0.001 * noise[i];
        add_shower(batch, incident, fraction * incident);
        mean += fraction / count;
        square += fraction * fraction / count;
    }
    const auto found = fit(batch, 2);
    EXPECT_NEAR(found.sampling_fraction, mean, 1e-7);
    EXPECT_NEAR(found.sampling_fraction_width, std::sqrt((square - mean * mean) * count / (count - 1)), 1e-7);
}

TEST_F(NormalisationTest, ScalesCellsToUnitRms) {
    auto batch = test::numbered_batch(0, 30);
    double square = 0;
    for (const double cell : batch.cells) square += cell * cell / static_cast<double>(batch.cells.size());
    EXPECT_NEAR(fit(batch, 1).cell_scale, 1 / std::sqrt(square), 1e-6 / std::sqrt(square));
    EXPECT_EQ(fit(batch, 1, false).cell_scale, 1);
}

TEST_F(NormalisationTest, GoesThroughJson) {
    const auto found = fit(test::numbered_batch(0, 30), 3);
    const auto back = Normalisation::from_json(core::Json::parse(found.json().dump()));
    EXPECT_EQ(back.json(), found.json());
    EXPECT_EQ(back.expected_sum(17.5), found.expected_sum(17.5));
    EXPECT_EQ(back.showers, 30U);
    EXPECT_THAT(test::message_of<InputError>([] {
                    Normalisation::from_json({{"cell_scale", 1}});
                }),
                HasSubstr("sum_coefficients"));
}

TEST_F(NormalisationTest, RefusesWhatTeachesNothing) {
    ShowerBatch empty;
    add_shower(empty, 50, 0);
    EXPECT_THAT(test::message_of<InputError>([&] { fit(empty, 1); }), HasSubstr("deposits any energy"));
    EXPECT_THAT(test::message_of<InputError>([&] { fit(test::numbered_batch(0, 3), 5); }), HasSubstr("is 5"));
    EXPECT_THAT(test::message_of<InputError>([&] { fit(test::numbered_batch(0, 3), 0); }), HasSubstr("is 0"));
}

}  // namespace
}  // namespace caloforge::data
