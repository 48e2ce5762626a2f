#include "validate/statistics/Auc.hh"

#include <cmath>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "validate/statistics/ReferenceStatistics.hh"

namespace caloforge::validate {
namespace {

std::vector<double> probabilities(const IsotonicCalibration& calibration, const std::vector<float>& scores) {
    std::vector<double> out;
    for (const float score : scores) out.push_back(calibration(score));
    return out;
}

TEST(Auc, AgreesWithScikitLearn) {
    std::uint32_t number = 0;
    for (const core::Json& expected : reference_statistics("classifiers")) {
        const std::size_t n = expected.at("n");
        const std::size_t m = expected.at("m");
        const double step = expected.at("step");
        const std::vector<float> reference = sample(70 + number, n, 0, step);
        const std::vector<float> candidate = sample(80 + number, m, 0.7, step);
        EXPECT_NEAR(area_under_curve(reference, candidate), expected.at("auc"), 1e-14);
        EXPECT_NEAR(area_standard_error(reference, candidate), expected.at("error"), 1e-14);

        std::vector<float> scores = reference;
        scores.insert(scores.end(), candidate.begin(), candidate.end());
        std::vector<float> labels(n, 0.0F);
        labels.resize(n + m, 1.0F);
        const IsotonicCalibration calibration(scores, labels);
        for (std::size_t i = 0; i < 37; ++i) {
            const float score = -4 + 0.25F * static_cast<float>(i);
            EXPECT_NEAR(calibration(score), expected.at("calibrated")[i], 1e-12) << number << " " << score;
        }
        EXPECT_NEAR(jensen_shannon(probabilities(calibration, sample(90 + number, n, 0, 0)),
                                   probabilities(calibration, sample(100 + number, m, 0.7, 0))),
                    expected.at("jensen_shannon"), 1e-9);
        ++number;
    }
}

TEST(Auc, KnowsItsEnds) {
    const std::vector<float> low = {1, 2, 3};
    const std::vector<float> high = {4, 5};
    EXPECT_EQ(area_under_curve(low, high), 1);
    EXPECT_EQ(area_under_curve(high, low), 0);
    EXPECT_EQ(area_standard_error(low, high), 0);
    EXPECT_EQ(area_under_curve(low, low), 0.5);
    const std::vector<float> equal(10, 0.3F);
    EXPECT_EQ(area_under_curve(equal, equal), 0.5);
}

TEST(Auc, SwappedSetsMirrorIt) {
    const auto first = sample(1, 60, 0, 0.25);
    const auto second = sample(2, 90, 0.4, 0.25);
    EXPECT_NEAR(area_under_curve(first, second) + area_under_curve(second, first), 1, 1e-15);
    EXPECT_DOUBLE_EQ(area_standard_error(first, second), area_standard_error(second, first));
}

TEST(Auc, OfOneDistributionIsAHalfWithinItsError) {
    double pulls = 0;
    for (std::uint32_t i = 0; i < 40; ++i) {
        const auto first = sample(200 + i, 100, 0, 0);
        const auto second = sample(300 + i, 150, 0, 0);
        const double pull = (area_under_curve(first, second) - 0.5) / area_standard_error(first, second);
        pulls += pull * pull / 40;
    }
    // The mean square of 40 normal numbers: 1 with a standard deviation of 0.22.
    EXPECT_GT(pulls, 0.4);
    EXPECT_LT(pulls, 1.7);
}

TEST(Auc, RefusesScoresThatHaveNoRank) {
    const std::vector<float> good = {1, 2};
    EXPECT_THROW(area_under_curve(good, {}), core::InputError);
    EXPECT_THROW(area_under_curve(good, std::vector<float>{NAN}), core::InputError);
    EXPECT_THROW(area_standard_error(good, std::vector<float>{1}), core::InputError);
}

TEST(IsotonicCalibration, PoolsWhatFalls) {
    const std::vector<float> scores = {4, 1, 3, 2};
    const std::vector<float> labels = {1, 0, 0, 1};
    const IsotonicCalibration calibration(scores, labels);
    EXPECT_DOUBLE_EQ(calibration(1), probability_margin);
    EXPECT_DOUBLE_EQ(calibration(2), 0.5);
    EXPECT_DOUBLE_EQ(calibration(2.5F), 0.5);
    EXPECT_DOUBLE_EQ(calibration(3), 0.5);
    EXPECT_DOUBLE_EQ(calibration(3.5F), (0.5 + 1 - probability_margin) / 2);
    EXPECT_DOUBLE_EQ(calibration(9), 1 - probability_margin);
    EXPECT_DOUBLE_EQ(calibration(-9), probability_margin);
    EXPECT_TRUE(std::isnan(calibration(NAN)));
}

TEST(IsotonicCalibration, WeighsTheClassesTheSame) {
    // Scores that say nothing, three times as many references.
    const std::vector<float> scores(8, 0.5F);
    const std::vector<float> labels = {0, 0, 0, 0, 0, 0, 1, 1};
    EXPECT_DOUBLE_EQ(IsotonicCalibration(scores, labels)(0.5F), 0.5);
}

TEST(IsotonicCalibration, RefusesWhatItCannotFit) {
    using Floats = std::vector<float>;
    EXPECT_THROW(IsotonicCalibration(Floats{1, 2}, Floats{0}), core::InputError);
    EXPECT_THROW(IsotonicCalibration(Floats{1, 2}, Floats{1, 1}), core::InputError);
    EXPECT_THROW(IsotonicCalibration(Floats{1, 2}, Floats{0, 0.5F}), core::InputError);
    EXPECT_THROW(IsotonicCalibration(Floats{1, NAN}, Floats{0, 1}), core::InputError);
}

TEST(JensenShannon, IsZeroForChanceAndOneForCertainty) {
    const std::vector<double> half(4, 0.5);
    const std::vector<double> zero(4, 0.0);
    const std::vector<double> one(2, 1.0);
    EXPECT_NEAR(jensen_shannon(half, half), 0, 1e-15);
    EXPECT_EQ(jensen_shannon(zero, one), 1);
    EXPECT_EQ(jensen_shannon(one, zero), 0);  // worse than chance: clipped
    // Two distributions over two scores, (3/4, 1/4) and (1/4, 3/4): 1 minus the entropy of 1/4.
    const std::vector<double> reference = {0.25, 0.25, 0.25, 0.75};
    const std::vector<double> candidate = {0.75, 0.75, 0.75, 0.25};
    EXPECT_NEAR(jensen_shannon(reference, candidate), 1 + 0.25 * std::log2(0.25) + 0.75 * std::log2(0.75),
                1e-14);
    EXPECT_THROW(jensen_shannon(half, {}), core::InputError);
    EXPECT_THROW(jensen_shannon(half, std::vector<double>{1.5}), core::InputError);
}

}  // namespace
}  // namespace caloforge::validate
