#include "study/ClosingComparison.hh"

#include <gmock/gmock.h>

#include "core/TemporaryFolder.hh"
#include "validate/ShowerComparison.hh"
#include "validate/shower/ToyShowers.hh"

namespace caloforge::study::test {
namespace {

using caloforge::test::Toy;
using caloforge::test::write_set;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ClosingComparison compared(const Toy& held_out, const Toy& made) {
    const caloforge::test::TemporaryFolder folder;
    const auto reference = write_set(folder / "a.h5", held_out);
    const auto candidate = write_set(folder / "b.h5", made);
    return closing_comparison(validate::compare_showers(reference, candidate), "mine");
}

TEST(ClosingComparison, SaysWhatAModelIsGoodFor) {
    const auto closing = compared({.count = 2000}, {.count = 8000, .seed = 2});
    EXPECT_THAT(closing.text, AllOf(HasSubstr("8000 showers of the model beside 2000 held out"),
                                    HasSubstr("Deposited energy, mean"), HasSubstr("Transverse profile"),
                                    HasSubstr("mine: usable for the energy scale")));
    EXPECT_EQ(closing.json["held_out"], 2000);
    EXPECT_EQ(closing.json["generated"], 8000);
    for (const char* name :
         {"sampling_fraction_mean_rel", "sampling_fraction_width_rel", "longitudinal_profile_max_rel",
          "transverse_profile_max_rel", "figure_of_merit"}) {
        EXPECT_GT(closing.json["figures"][name]["uncertainty"], 0) << name;
    }
    for (const auto& point : closing.json["verdict"]["points"])
        EXPECT_THAT(point["text"].get<std::string>(), Not(HasSubstr("classifier")));
}

TEST(ClosingComparison, SaysWhereItIsOff) {
    const auto closing = compared({.count = 2000}, {.count = 8000, .seed = 2, .scale = 1.1});
    EXPECT_THAT(closing.text, HasSubstr("- the energy scale: not usable"));
    EXPECT_NEAR(closing.json["figures"]["sampling_fraction_mean_rel"]["value"].get<double>(), 0.1, 0.01);
}

TEST(ClosingComparison, SaysThatFewShowersCannotTell) {
    const auto closing = compared({.count = 60}, {.count = 240, .seed = 2});
    EXPECT_THAT(closing.text,
                AllOf(HasSubstr("? the energy scale"), HasSubstr("60 showers held out are too few")));
}

}  // namespace
}  // namespace caloforge::study::test
