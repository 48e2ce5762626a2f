#include "validate/classifier/network/Standardisation.hh"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace caloforge::validate {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::array<std::size_t, 2> training = {0, 1};

std::vector<float> applied(const Standardisation& scaling, std::vector<float> row) {
    std::vector<float> out(row.size());
    scaling.apply(row, out);
    return out;
}

TEST(Standardisation, IsFittedOnTheTrainingRowsOnly) {
    const FeatureMatrix reference{2, 0, false, {1, 10, 3, 10, 900, 900}};
    const FeatureMatrix candidate{2, 0, false, {5, 10, 7, 10, -900, 900}};
    const Standardisation scaling(reference, candidate, training, training);
    // 1, 3, 5, 7: mean 4, variance 20 / 3; the second column is constant.
    const auto out = applied(scaling, {4 + std::sqrt(20.0F / 3), 900});
    EXPECT_FLOAT_EQ(out[0], 1);
    EXPECT_FLOAT_EQ(out[1], 0);
}

TEST(Standardisation, FillsWhatIsMissingWithTheMean) {
    FeatureMatrix reference{3, 0, false, {1, nan, nan, 3, nan, 4}};
    const FeatureMatrix candidate{3, 0, false, {infinity, nan, 6, nan, nan, nan}};
    const Standardisation scaled(reference, candidate, training, training);
    EXPECT_EQ(applied(scaled, {nan, 5, -infinity}), (std::vector<float>{0, 0, 0}));
    EXPECT_FLOAT_EQ(applied(scaled, {2 + std::sqrt(2.0F), nan, nan})[0], 1);
    reference.as_is = true;
    const Standardisation plain(reference, candidate, training, training);
    EXPECT_EQ(applied(plain, {nan, nan, infinity}), (std::vector<float>{2, 0, 5}));
    EXPECT_EQ(applied(plain, {7, 8, 9}), (std::vector<float>{7, 8, 9}));
}

TEST(Standardisation, ScalesAPictureAsAWhole) {
    // Variances of 8 and 2 in the picture, 32 and 1/2 beside it.
    const FeatureMatrix reference{4, 2, false, {0, 0, 0, 0, 4, 2, 8, 1}};
    const FeatureMatrix candidate{4, 2, false, {}};
    const Standardisation scaling(reference, candidate, training, {});
    const auto out = applied(scaling, {4, 2, 8, 0.5F});
    EXPECT_FLOAT_EQ(out[0], 2 * std::sqrt(static_cast<float>(picture_variance) / 10));
    EXPECT_FLOAT_EQ(out[1], std::sqrt(static_cast<float>(picture_variance) / 10));
    EXPECT_FLOAT_EQ(out[2], 4 / std::sqrt(32.0F));
}

}  // namespace
}  // namespace caloforge::validate
