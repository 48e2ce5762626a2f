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
