#include "train/Survey.hh"

#include <gtest/gtest.h>

#include "train/TinyTraining.hh"

namespace caloforge::train::test {
namespace {

TEST(Survey, PartsSayTogetherWhatTheWholeSays) {
    const auto folder = std::filesystem::path(::testing::TempDir());
    const auto one = folder / "survey-1.h5", two = folder / "survey-2.h5";
    write_showers(one, 7, 1);
    write_showers(two, 5, 2);
    const auto set = data::ShowerSet::open({one, two});
    const Survey whole = survey(set, 0, set.size());
    EXPECT_EQ(whole.showers, 12U);
    EXPECT_FALSE(whole.impact);  // these files hold none
    for (const std::size_t parts : {2UL, 5UL, 13UL}) {
        Survey sum;
        for (std::size_t i = 0; i < parts; ++i)
            sum.add(survey(set, set.size() * i / parts, set.size() * (i + 1) / parts));
        EXPECT_EQ(sum.showers, whole.showers);
        EXPECT_EQ(sum.empty, whole.empty);
        EXPECT_EQ(sum.impact, whole.impact);
        ASSERT_EQ(sum.layer_sums.size(), whole.layer_sums.size());
        for (std::size_t z = 0; z < whole.layer_sums.size(); ++z)
            EXPECT_NEAR(sum.layer_sums[z], whole.layer_sums[z], 1e-12);
    }
    std::filesystem::remove(one);
    std::filesystem::remove(two);
}

TEST(Survey, OfNothingTakesNothingAway) {
    Survey given;
    given.showers = 3;
    given.layer_sums = {1, 2};
    given.half_x = 4;
    const Survey copy = given;
    given.add(Survey());
    EXPECT_EQ(given.json(), copy.json());
}

}  // namespace
}  // namespace caloforge::train::test
