#include "validate/statistics/Frechet.hh"

#include <cmath>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "validate/statistics/NonNegativeLine.hh"
#include "validate/statistics/ReferenceStatistics.hh"

namespace caloforge::validate {
namespace {

TEST(Frechet, DistanceAgreesWithJetNet) {
    const core::Json all = reference_statistics("frechet");
    for (const core::Json& expected : all.at("single")) {
        const std::size_t columns = expected.at("columns");
        const auto reference = features(40, 600, columns);
        const auto candidate = features(41, 500, columns, expected.at("shift"), expected.at("width"));
        const double value = expected.at("value");
        EXPECT_NEAR(frechet_distance(reference, candidate, columns), value, 1e-9 * (1 + value)) << columns;
        EXPECT_NEAR(frechet_distance(candidate, reference, columns), value, 1e-9 * (1 + value)) << columns;
    }
}

TEST(Frechet, DistanceIsThatOfTheMeansWhenTheRestAgrees) {
    const auto reference = features(44, 200, 3);
    auto candidate = reference;
    EXPECT_NEAR(frechet_distance(reference, candidate, 3), 0, 1e-12);
    for (float& value : candidate) value += 0.5F;
    // Rounding to float moves the means a little.
    EXPECT_NEAR(frechet_distance(reference, candidate, 3), 3 * 0.25, 1e-5);
}

TEST(Frechet, DistanceTakesSingularCovariances) {
    // Twice the same observable, and a constant one.
    std::vector<float> reference;
    std::vector<float> candidate;
    for (const double z : normal(45, 300)) {
        const float x = static_cast<float>(z);
        reference.insert(reference.end(), {x, x, 1});
        candidate.insert(candidate.end(), {2 * x, 2 * x, 1});
    }
    double square = 0;
    double mean = 0;
    for (std::size_t i = 0; i < reference.size(); i += 3) {
        mean += reference[i] / 300.0;
        square += reference[i] * reference[i] / 299.0;
    }
    // Each of both: (s - 2 s)^2 + (m - 2 m)^2.
    const double expected = 2 * (square - mean * mean * 300 / 299 + mean * mean);
    EXPECT_NEAR(frechet_distance(reference, candidate, 3), expected, 1e-6);
}

// The covariances are summed 256 entries at a time; a sample of whole chunks leaves none for the last, with
// which Eigen's product of 48 features or more divides by zero.
TEST(Frechet, DistanceTakesWholeChunksOfManyFeatures) {
    for (const std::size_t columns : {47U, 48U, 60U}) {
        const auto reference = features(46, 512, columns);
        auto candidate = reference;
        for (float& value : candidate) value += 0.5F;
        EXPECT_NEAR(frechet_distance(reference, candidate, columns), 0.25 * static_cast<double>(columns),
                    1e-4)
            << columns;
    }
}

// Other random batches than JetNet's: the spread is that of JetNet's values between eight seeds.
TEST(Frechet, PhysicsDistanceAgreesWithJetNetsWithinTheSpread) {
    const core::Json all = reference_statistics("frechet");
    for (const core::Json& expected : all.at("extrapolated")) {
        const auto reference = features(42, 24'000, 4);
        const auto candidate = features(43, 22'000, 4, expected.at("shift"), expected.at("width"));
        const FrechetOutcome outcome = frechet_physics_distance(reference, candidate, 4);
        ASSERT_TRUE(outcome.value.has_value()) << outcome.reason;
        const double spread = expected.at("spread");
        EXPECT_NEAR(*outcome.value, expected.at("mean"), 4 * spread);
        const double jetnet = expected.at("jetnet");
        // Smaller distances: JetNet's minimiser stops early.
        if (jetnet > 1e-4) {
            EXPECT_NEAR(*outcome.value, jetnet, 4 * spread);
        }
        EXPECT_GT(*outcome.error, spread / 5);
        EXPECT_LT(*outcome.error, spread * 5);
    }
}

TEST(Frechet, PhysicsDistanceFollowsTheSeedAndNotTheScale) {
    FrechetOptions few;
    few.min_samples = 100;
    few.max_samples = 300;
    const auto reference = features(46, 200, 2);
    auto candidate = features(47, 150, 2, 0.5);
    const double value = frechet_physics_distance(reference, candidate, 2, few).value.value();
    EXPECT_EQ(frechet_physics_distance(reference, candidate, 2, few).value, value);
    // Each feature in a unit of its own, a power of two.
    auto scaled = reference;
    for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= i % 2 == 0 ? 1024 : 0.25F;
    for (std::size_t i = 0; i < candidate.size(); ++i) candidate[i] *= i % 2 == 0 ? 1024 : 0.25F;
    EXPECT_NEAR(frechet_physics_distance(scaled, candidate, 2, few).value.value(), value, 1e-12);
    few.seed = 2;
    EXPECT_NE(frechet_physics_distance(scaled, candidate, 2, few).value.value(), value);
}

TEST(Frechet, PhysicsDistanceSaysHowManyShowersItNeeds) {
    const auto many = features(48, 20'000, 1);
    const auto few = features(48, 19'999, 1);
    const FrechetOutcome outcome = frechet_physics_distance(many, few, 1);
    EXPECT_FALSE(outcome.value.has_value());
    EXPECT_FALSE(outcome.error.has_value());
    EXPECT_THAT(outcome.reason, testing::HasSubstr("20000"));
    EXPECT_THAT(outcome.reason, testing::HasSubstr("19999"));
}

TEST(Frechet, RefusesWhatIsNoSample) {
    const std::vector<float> good = {1, 2, 3, 4};
    EXPECT_THROW(frechet_distance(good, std::vector<float>{1, NAN, 3, 4}, 2), core::InputError);
    EXPECT_THROW(frechet_distance(good, std::vector<float>{1, 2, 3}, 2), core::InputError);
    EXPECT_THROW(frechet_distance(good, std::vector<float>{1, 2}, 2), core::InputError);
    FrechetOptions options;
    options.points = 2;
    EXPECT_THROW(frechet_physics_distance(good, good, 2, options), core::InputError);
}

TEST(NonNegativeLine, StopsAtItsBounds) {
    const std::vector<double> x = {1, 2, 3};
    const std::vector<double> w = {1, 1, 1};
    const Line free = non_negative_line(x, std::vector<double>{3, 5, 7}, w);
    EXPECT_NEAR(free.intercept, 1, 1e-14);
    EXPECT_NEAR(free.slope, 2, 1e-14);
    EXPECT_NEAR(free.slope_variance, 0.5, 1e-14);
    EXPECT_NEAR(free.intercept_variance, 1.0 / 3 + 2, 1e-14);
    const Line falling = non_negative_line(x, std::vector<double>{3, 2, 1}, w);
    EXPECT_EQ(falling.slope, 0);
    EXPECT_NEAR(falling.intercept, 2, 1e-14);
    const Line steep = non_negative_line(x, std::vector<double>{0, 2, 4}, w);
    EXPECT_EQ(steep.intercept, 0);
    EXPECT_NEAR(steep.slope, 16.0 / 14, 1e-14);
}

}  // namespace
}  // namespace caloforge::validate
