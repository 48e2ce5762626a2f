// The CaloChallenge's way of training, and its residual network.
#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "core/Error.hh"
#include "validate/classifier/Gaussians.hh"
#include "validate/classifier/network/NetworkJudge.hh"
#include "validate/classifier/network/ResidualJudge.hh"
#include "validate/statistics/Auc.hh"

namespace caloforge::validate {
namespace {

std::vector<std::size_t> numbers(std::size_t first, std::size_t last) {
    std::vector<std::size_t> out(last - first);
    std::iota(out.begin(), out.end(), first);
    return out;
}

FoldScores train(const Judge& judge, const FeatureMatrix& reference, const FeatureMatrix& candidate,
                 const ClassifierConfig& config) {
    const std::size_t n = reference.rows();
    const auto rows = numbers(0, n);
    const FoldSplit split{numbers(0, n * 3 / 5), numbers(n * 3 / 5, n * 4 / 5), numbers(n * 4 / 5, n)};
    return judge.train({reference, candidate, rows, rows}, split, config, 0, {});
}

ClassifierConfig published(std::size_t epochs) {
    ClassifierConfig config = test::small_classifier();
    config.as_published = true;
    config.max_epochs = epochs;
    config.batch = 100;
    return config;
}

TEST(AsPublished, TrainsAllEpochsAndKeepsTheMostAccurate) {
    const auto scores =
        train(NetworkJudge(), test::gaussians(500, 1), test::gaussians(500, 2, 6, 3, 0.5F), published(30));
    EXPECT_EQ(scores.epochs, 30U);
    EXPECT_GE(scores.best_epoch, 1U);
    std::size_t right = 0;
    for (std::size_t i = 0; i < scores.validation.size(); ++i)
        right += (scores.validation[i] > 0) == (scores.validation_labels[i] > 0) ? 1U : 0U;
    EXPECT_DOUBLE_EQ(scores.validation_accuracy,
                     static_cast<double>(right) / static_cast<double>(scores.validation.size()));
    EXPECT_GT(scores.validation_accuracy, 0.6);
}

TEST(AsPublished, EndsWhenNothingIsMistaken) {
    const auto scores =
        train(NetworkJudge(), test::gaussians(300, 1), test::gaussians(300, 2, 6, 6, 20), published(50));
    EXPECT_EQ(scores.validation_accuracy, 1);
    EXPECT_LT(scores.epochs, 50U);
}

/// An energy and pictures of 9 x 10 x 8 cells; the candidate's are brighter in one corner.
FeatureMatrix pictures(std::size_t rows, std::uint64_t seed, float corner) {
    FeatureMatrix out = test::gaussians(rows, seed, 1 + 9 * 10 * 8);
    out.as_is = true;
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t c = 1; c < 100; ++c) out.row(i)[c] += corner;
    }
    return out;
}

TEST(ResidualJudge, TellsPicturesApart) {
    ClassifierConfig config = published(6);
    config.picture = {9, 10, 8};
    const auto scores = train(ResidualJudge(), pictures(200, 1, 0), pictures(200, 2, 1), config);
    EXPECT_GT(area_under_curve(scores.reference, scores.candidate), 0.9);
    const auto again = train(ResidualJudge(), pictures(200, 1, 0), pictures(200, 2, 1), config);
    EXPECT_EQ(scores.candidate, again.candidate);
}

TEST(ResidualJudge, RefusesAPictureOfAnotherShape) {
    ClassifierConfig config = published(1);
    for (const std::array<std::size_t, 3> picture : {std::array<std::size_t, 3>{9, 10, 9}, {6, 15, 8}}) {
        config.picture = picture;
        EXPECT_THROW(train(ResidualJudge(), pictures(60, 1, 0), pictures(60, 2, 0), config),
                     core::InputError);
    }
}

}  // namespace
}  // namespace caloforge::validate
