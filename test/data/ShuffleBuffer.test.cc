#include "data/ShuffleBuffer.hh"

#include <gtest/gtest.h>

#include <set>

#include "data/NumberedShowers.hh"

namespace caloforge::data {
namespace {

bool always() {
    return true;
}

LoaderOptions small_window() {
    LoaderOptions options;
    options.batch_size = 7;
    options.shuffle_window = 40;
    return options;
}

TEST(ShuffleBuffer, HoldsOneWindowHoweverLargeTheSet) {
    const test::TemporaryFolder folder;
    const auto set = ShowerSet::open(test::numbered_files(folder, {900, 300, 800}));
    ShuffleBuffer buffer(set, small_window(), {});
    EXPECT_EQ(buffer.capacity(), 40U);
    std::set<std::size_t> seen;
    std::size_t most_held = 0;
    ShowerBatch batch;
    for (std::size_t i = 0; i < 2000 / 7; ++i) {
        ASSERT_TRUE(buffer.next(batch, always));
        for (const auto number : test::numbers(batch)) EXPECT_TRUE(seen.insert(number).second) << number;
        buffer.read_ahead(always);
        most_held = std::max(most_held, buffer.held());
    }
    EXPECT_EQ(seen.size(), 2000 / 7 * 7U);
    EXPECT_LE(most_held, 40U);
    EXPECT_GT(most_held, 20U);  // and it does read ahead
}

TEST(ShuffleBuffer, MixesWithinTheWindow) {
    const test::TemporaryFolder folder;
    const auto set = ShowerSet::open(test::numbered_files(folder, {600}));
    ShuffleBuffer buffer(set, small_window(), {});
    std::size_t neighbours = 0;
    ShowerBatch batch;
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(buffer.next(batch, always));
        const auto numbers = test::numbers(batch);
        for (std::size_t k = 1; k < numbers.size(); ++k) neighbours += numbers[k] == numbers[k - 1] + 1;
    }
    // 300 pairs; each is in file order with a probability of about 1/40.
    EXPECT_LT(neighbours, 25U);
}

TEST(ShuffleBuffer, StopsBetweenReadsWhenAsked) {
    const test::TemporaryFolder folder;
    const auto set = ShowerSet::open(test::numbered_files(folder, {100}));
    ShuffleBuffer buffer(set, small_window(), {});
    ShowerBatch batch;
    EXPECT_FALSE(buffer.next(batch, [] { return false; }));
    EXPECT_EQ(buffer.held(), 0U);
}

}  // namespace
}  // namespace caloforge::data
