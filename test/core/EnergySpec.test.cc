#include "core/EnergySpec.hh"

#include <cmath>

#include "core/Error.hh"
#include "core/ExpectError.hh"

namespace caloforge::core {
namespace {

using test::message_of;
using testing::AllOf;
using testing::HasSubstr;

TEST(EnergySpec, OneValueIsEveryShowersEnergy) {
    const auto spec = EnergySpec::parse("62.5");
    EXPECT_EQ(spec.low(), 62.5);
    EXPECT_EQ(spec.high(), 62.5);
    EXPECT_EQ(spec.energy(1, 0), 62.5);
    EXPECT_EQ(spec.energy(2, 99), 62.5);
    EXPECT_EQ(spec.text(), "62.5");
}

TEST(EnergySpec, ListIsGoneThroughInTurn) {
    const auto spec = EnergySpec::parse("50,1e2,20");
    EXPECT_EQ(spec.low(), 20);
    EXPECT_EQ(spec.high(), 100);
    for (std::uint64_t shower = 0; shower < 9; shower += 3) {
        EXPECT_EQ(spec.energy(7, shower), 50);
        EXPECT_EQ(spec.energy(7, shower + 1), 100);
        EXPECT_EQ(spec.energy(7, shower + 2), 20);
    }
}

TEST(EnergySpec, RangeIsUniform) {
    const auto spec = EnergySpec::parse("10:500");
    EXPECT_EQ(spec.low(), 10);
    EXPECT_EQ(spec.high(), 500);
    constexpr int count = 20000;
    double sum = 0;
    int lower_tenth = 0;
    for (int shower = 0; shower < count; ++shower) {
        const double energy = spec.energy(3, static_cast<std::uint64_t>(shower));
        ASSERT_GE(energy, 10);
        ASSERT_LE(energy, 500);
        sum += energy;
        lower_tenth += energy < 59;
    }
    // Five standard errors.
    EXPECT_NEAR(sum / count, 255, 5 * 490 / std::sqrt(12.0 * count));
    EXPECT_NEAR(lower_tenth / double{count}, 0.1, 5 * std::sqrt(0.09 / count));
}

TEST(EnergySpec, RangeIsAFunctionOfSeedAndShower) {
    const auto spec = EnergySpec::parse("10:500");
    EXPECT_EQ(spec.energy(3, 17), EnergySpec::parse("10:500").energy(3, 17));
    EXPECT_NE(spec.energy(3, 17), spec.energy(4, 17));
    EXPECT_NE(spec.energy(3, 17), spec.energy(3, 18));
}

TEST(EnergySpec, ARangeOfNoWidthIsItsValue) {
    EXPECT_EQ(EnergySpec::parse("50:50").energy(1, 2), 50);
}

TEST(EnergySpec, BadWordsAreNamed) {
    for (const char* text : {"", "abc", "-5", "0", "nan", "inf", "1e999", "50GeV", " 50", "10:", ":10",
                             "10:20:30", "50,,60", "50,", "10:-20", "10:20,30"}) {
        const auto message = message_of<UsageError>([&] { EnergySpec::parse(text); });
        EXPECT_THAT(message, AllOf(HasSubstr("--energy"), HasSubstr("not a positive energy")))
            << "for `" << text << "`";
    }
    EXPECT_THAT(message_of<UsageError>([] { EnergySpec::parse("50,sixty,70"); }), HasSubstr("`sixty`"));
}

TEST(EnergySpec, AnUpsideDownRangeIsTurnedInTheMessage) {
    EXPECT_THAT(message_of<UsageError>([] { EnergySpec::parse("500:10"); }), HasSubstr("10:500"));
}

}  // namespace
}  // namespace caloforge::core
