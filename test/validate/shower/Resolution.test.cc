#include "validate/shower/Resolution.hh"

#include <cmath>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "validate/statistics/ReferenceStatistics.hh"

namespace caloforge::validate {
namespace {

TEST(Resolution, AgreesWithSciPy) {
    int inside = 0;
    for (const core::Json& expected : reference_statistics("resolutions")) {
        std::vector<ResolutionPoint> points;
        for (std::size_t i = 0; i < expected.at("energy").size(); ++i) {
            points.push_back(
                {expected.at("energy")[i], expected.at("resolution")[i], expected.at("uncertainty")[i]});
        }
        const ResolutionOutcome outcome = fit_resolution(points);
        ASSERT_TRUE(outcome.curve.has_value()) << outcome.reason;
        const ResolutionCurve& curve = *outcome.curve;
        EXPECT_NEAR(curve.chi_square, expected.at("chi_square"), 1e-8);
        EXPECT_EQ(curve.ndf, 3U);
        EXPECT_NEAR(curve.stochastic, expected.at("stochastic"), 1e-8);
        const core::Json errors = expected.at("errors");
        if (errors.is_null()) {
            EXPECT_EQ(curve.constant, 0);
            continue;
        }
        EXPECT_NEAR(curve.constant, expected.at("constant"), 1e-8);
        EXPECT_NEAR(curve.stochastic_error / errors[0].get<double>(), 1, 1e-6);
        EXPECT_NEAR(curve.constant_error / errors[1].get<double>(), 1, 1e-6);
        ++inside;
    }
    EXPECT_EQ(inside, 2);
}

TEST(Resolution, FindsWhatTheCurveSays) {
    ResolutionCurve truth;
    truth.stochastic = 0.15;
    truth.constant = 0.007;
    std::vector<ResolutionPoint> points;
    for (const double energy : {10.0, 50.0, 400.0}) points.push_back({energy, truth(energy), 1e-3});
    const ResolutionCurve curve = fit_resolution(points).curve.value();
    EXPECT_NEAR(curve.stochastic, truth.stochastic, 1e-9);
    EXPECT_NEAR(curve.constant, truth.constant, 1e-9);
    EXPECT_NEAR(truth(100), std::hypot(0.015, 0.007), 1e-15);
}

TEST(Resolution, StopsAtZeroWithAnErrorThatIsFinite) {
    // Falls faster than 1 / sqrt(E).
    const std::vector<ResolutionPoint> steep = {{10, 0.1, 0.001}, {40, 0.03, 0.001}, {160, 0.01, 0.001}};
    const ResolutionCurve falling = fit_resolution(steep).curve.value();
    EXPECT_EQ(falling.constant, 0);
    EXPECT_GT(falling.constant_error, 0);
    EXPECT_LT(falling.constant_error, 0.02);
    // Rises with the energy.
    const std::vector<ResolutionPoint> rising = {{10, 0.01, 0.001}, {40, 0.02, 0.001}, {160, 0.03, 0.001}};
    const ResolutionCurve flat = fit_resolution(rising).curve.value();
    EXPECT_EQ(flat.stochastic, 0);
    EXPECT_NEAR(flat.constant, 0.02, 1e-9);
    EXPECT_GT(flat.stochastic_error, 0);
}

TEST(Resolution, SaysHowManyPointsItNeeds) {
    const ResolutionPoint point = {10, 0.05, 0.001};
    for (const auto& few : std::vector<std::vector<ResolutionPoint>>{
             {}, {point}, {point, {20, 0.04, 0.001}}, {point, point, point}}) {
        const ResolutionOutcome outcome = fit_resolution(few);
        EXPECT_FALSE(outcome.curve.has_value());
        EXPECT_THAT(outcome.reason, testing::HasSubstr("needs 3 points"));
    }
}

TEST(Resolution, RefusesPointsThatAreNone) {
    const ResolutionPoint good = {10, 0.05, 0.001};
    for (const ResolutionPoint& bad :
         std::vector<ResolutionPoint>{{0, 0.05, 0.001}, {10, 0, 0.001}, {10, 0.05, 0}, {10, NAN, 0.001}}) {
        EXPECT_THROW(fit_resolution(std::vector<ResolutionPoint>{good, good, bad}), core::InputError);
    }
}

}  // namespace
}  // namespace caloforge::validate
