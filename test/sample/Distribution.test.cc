#include "sample/Distribution.hh"

#include <cmath>
#include <map>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"

namespace caloforge::sample {
namespace {

using test::message_of;
using ::testing::HasSubstr;

TEST(Distribution, ReadsValuesRangesAndLists) {
    EXPECT_EQ(Distribution::parse("50").draw({1, 2}, 0), 50);
    const auto range = Distribution::parse("10:500");
    EXPECT_EQ(range.kind(), Distribution::Kind::uniform);
    EXPECT_EQ(range.low(), 10);
    EXPECT_EQ(range.high(), 500);
    const auto list = Distribution::parse("50,100,20");
    EXPECT_EQ(list.low(), 20);
    EXPECT_EQ(list.draw({1, 4}, 0), 100);
    EXPECT_EQ(Distribution::parse("log:1:500").kind(), Distribution::Kind::log_uniform);
}

// The formula is fixed for good: runs of earlier versions can be repeated.
TEST(Distribution, DrawsTheSameAsEver) {
    const Key key{7, 12};
    const double u = core::RandomStream(7, 12, core::energy_stream).uniform_at(0);
    EXPECT_EQ(Distribution::parse("10:500").draw(key, core::energy_stream), 10 + 490 * u);
    EXPECT_EQ(Distribution::parse("log:1:500").draw(key, core::energy_stream), std::pow(500.0, u));
}

TEST(Distribution, RangesAreUniform) {
    const auto range = Distribution::parse("10:500");
    constexpr int count = 20'000;
    double sum = 0;
    int lower_tenth = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const double value = range.draw({3, i}, core::energy_stream);
        ASSERT_GE(value, 10);
        ASSERT_LE(value, 500);
        sum += value;
        lower_tenth += value < 59;
    }
    // Five standard errors.
    EXPECT_NEAR(sum / count, 255, 5 * 490 / std::sqrt(12.0 * count));
    EXPECT_NEAR(lower_tenth / double{count}, 0.1, 5 * std::sqrt(0.09 / count));
    EXPECT_NE(range.draw({3, 17}, core::energy_stream), range.draw({4, 17}, core::energy_stream));
    EXPECT_EQ(Distribution::parse("50:50").draw({1, 2}, 0), 50);
}

TEST(Distribution, LogarithmicRangesHaveAsManySamplesInEveryDecade) {
    const auto range = Distribution::parse("log:1:1000");
    std::map<int, int> decades;
    constexpr int count = 30'000;
    for (std::uint64_t i = 0; i < count; ++i) {
        const double value = range.draw({3, i}, 5);
        EXPECT_GE(value, 1);
        EXPECT_LE(value, 1000);
        ++decades[static_cast<int>(std::log10(value))];
    }
    const double third = count / 3.0, deviation = std::sqrt(count * 2.0 / 9);
    for (int decade = 0; decade < 3; ++decade) EXPECT_NEAR(decades[decade], third, 4 * deviation);
}

TEST(Distribution, DrawsEntriesEvenly) {
    const auto particles = Distribution::evenly({11, 22, 211});
    std::map<double, int> seen;
    constexpr int count = 30'000;
    for (std::uint64_t i = 0; i < count; ++i) ++seen[particles.draw({3, i}, 5)];
    ASSERT_EQ(seen.size(), 3U);
    for (const auto& [value, times] : seen) EXPECT_NEAR(times, count / 3.0, 4 * std::sqrt(count * 2.0 / 9));
}

TEST(Distribution, NamesWhatIsWrong) {
    const auto message = [](const char* text) {
        return message_of<core::InputError>([&] { Distribution::parse(text); });
    };
    for (const char* text :
         {"", "abc", "inf", "1e999", "50GeV", " 50", "10:", ":10", "10:20:30", "50,,60", "10:20,30"})
        EXPECT_NE(message(text), "") << "for `" << text << "`";
    EXPECT_THAT(message("many"), HasSubstr("`many` is no number"));
    EXPECT_THAT(message("50,"), HasSubstr("`` is no number"));
    EXPECT_THAT(message("nan"), HasSubstr("`nan`"));
    EXPECT_THAT(message("10:50:100"), HasSubstr("no range"));
    EXPECT_THAT(message("log:10"), HasSubstr("`10` is no range"));
    EXPECT_THAT(message("500:10"), HasSubstr("Write 10:500?"));
    EXPECT_THAT(message("log:500:10"), HasSubstr("Write log:10:500?"));
    EXPECT_THAT(message("log:0:10"), HasSubstr("above zero"));
}

}  // namespace
}  // namespace caloforge::sample
