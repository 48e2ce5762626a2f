#include "validate/statistics/SampleChoice.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace caloforge::validate {
namespace {

/// The showers that a stream of `count` leaves in the slots.
std::vector<std::size_t> streamed(std::size_t count, std::size_t limit, std::uint64_t seed) {
    SampleChoice choice(limit, seed);
    std::vector<std::size_t> slots;
    for (std::size_t i = 0; i < count; ++i) {
        const auto slot = choice.offer(i);
        if (!slot) continue;
        if (*slot == slots.size()) slots.push_back(0);
        slots.at(*slot) = i;
    }
    EXPECT_EQ(choice.size(), slots.size());
    return slots;
}

TEST(SampleChoice, KeepsAllWhenThereAreFew) {
    EXPECT_EQ(streamed(5, 10, 1), (std::vector<std::size_t>{0, 1, 2, 3, 4}));
    EXPECT_TRUE(streamed(5, 0, 1).empty());
}

TEST(SampleChoice, ChoosesEvenlyBySeed) {
    const auto chosen = streamed(10000, 1000, 1);
    EXPECT_EQ(std::set<std::size_t>(chosen.begin(), chosen.end()).size(), 1000U);
    const auto early = std::count_if(chosen.begin(), chosen.end(), [](std::size_t i) { return i < 5000; });
    EXPECT_NEAR(static_cast<double>(early), 500, 5 * 15);
    EXPECT_EQ(chosen, streamed(10000, 1000, 1));
    EXPECT_NE(chosen, streamed(10000, 1000, 2));
}

TEST(SampleChoice, IsTheSameForRows) {
    auto streamed_rows = streamed(1000, 100, 3);
    auto rows = choose_rows(1000, 100, 3);
    const auto fewer = choose_rows(1000, 40, 3);
    EXPECT_TRUE(std::equal(fewer.begin(), fewer.end(), rows.begin()));
    std::sort(streamed_rows.begin(), streamed_rows.end());
    std::sort(rows.begin(), rows.end());
    EXPECT_EQ(streamed_rows, rows);
    EXPECT_EQ(choose_rows(3, 100, 3).size(), 3U);
}

}  // namespace
}  // namespace caloforge::validate
