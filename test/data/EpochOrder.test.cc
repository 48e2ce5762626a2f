#include "data/EpochOrder.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace caloforge::data {
namespace {

const std::vector<ShowerSet::Shard> shards = {{"a", 0, 100}, {"b", 100, 7}, {"c", 107, 500}, {"d", 607, 64}};
constexpr std::size_t set_size = 671;

LoaderOptions options_for(std::size_t rank, std::size_t ranks) {
    LoaderOptions options;
    options.batch_size = 10;
    options.seed = 5;
    options.rank = rank;
    options.ranks = ranks;
    options.shuffle_window = 100;
    return options;
}

/// The numbers, within the set, of the showers at all positions of a rank.
std::vector<std::size_t> row(const EpochOrder& order) {
    std::vector<std::size_t> out;
    for (const auto& piece : order.pieces(0, order.size())) {
        for (std::size_t i = 0; i < piece.count; ++i)
            out.push_back(shards[piece.shard].first + piece.first + i);
    }
    return out;
}

TEST(EpochOrder, GivesEveryRankAsManyShowersAndNoneTwice) {
    for (const std::size_t ranks : {1U, 2U, 3U, 7U}) {
        std::multiset<std::size_t> seen;
        for (std::size_t rank = 0; rank < ranks; ++rank) {
            const EpochOrder order(shards, options_for(rank, ranks), 3);
            const auto showers = row(order);
            EXPECT_EQ(showers.size(), set_size / ranks / 10 * 10);
            seen.insert(showers.begin(), showers.end());
        }
        EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), seen.size()) << ranks << " ranks";
        EXPECT_LT(*seen.rbegin(), set_size);
        EXPECT_EQ(seen.size(), set_size / ranks / 10 * 10 * ranks);
    }
}

TEST(EpochOrder, IsTheFileOrderWithoutShuffling) {
    auto options = options_for(0, 1);
    options.shuffle = false;
    std::vector<std::size_t> expected(670);
    std::iota(expected.begin(), expected.end(), 0U);
    const EpochOrder order(shards, options, 3);
    EXPECT_EQ(row(order), expected);
    EXPECT_THAT(order.shuffled(0, 4), testing::ElementsAre(0, 1, 2, 3));
}

TEST(EpochOrder, DependsOnSeedAndEpochOnly) {
    const auto options = options_for(0, 1);
    auto other_seed = options;
    other_seed.seed = 6;
    const auto reference = row(EpochOrder(shards, options, 3));
    EXPECT_EQ(row(EpochOrder(shards, options, 3)), reference);
    EXPECT_NE(row(EpochOrder(shards, options, 4)), reference);
    EXPECT_NE(row(EpochOrder(shards, other_seed, 3)), reference);
}

TEST(EpochOrder, LeavesOutOtherShowersInEveryEpochEvenOfASingleBlock) {
    const std::vector<ShowerSet::Shard> small = {{"a", 0, 19}};
    std::set<std::size_t> left_out;
    for (std::uint64_t epoch = 0; epoch < 30; ++epoch) {
        std::set<std::size_t> missing;
        for (std::size_t n = 0; n < 19; ++n) missing.insert(n);
        const EpochOrder order(small, options_for(0, 1), epoch);
        for (const auto& piece : order.pieces(0, order.size())) {
            for (std::size_t i = 0; i < piece.count; ++i) missing.erase(piece.first + i);
        }
        EXPECT_EQ(missing.size(), 9U);
        left_out.insert(missing.begin(), missing.end());
    }
    EXPECT_EQ(left_out.size(), 19U);
}

TEST(EpochOrder, PiecesOfAPartAreThePartOfThePieces) {
    const EpochOrder order(shards, options_for(1, 2), 9);
    const auto whole = row(order);
    std::vector<std::size_t> parts;
    for (std::size_t first = 0; first < order.size(); first += 30) {
        for (const auto& piece : order.pieces(first, std::min<std::size_t>(30, order.size() - first))) {
            for (std::size_t i = 0; i < piece.count; ++i) {
                parts.push_back(shards[piece.shard].first + piece.first + i);
            }
        }
    }
    EXPECT_EQ(parts, whole);
}

TEST(EpochOrder, ReadsInLongRuns) {
    const std::vector<ShowerSet::Shard> large = {{"a", 0, 6400}, {"b", 6400, 6400}};
    const EpochOrder order(large, options_for(0, 1), 0);
    EXPECT_LE(order.pieces(0, order.size()).size(), 201U);  // 200 blocks, one cut in two by the turn
}

TEST(EpochOrder, ShufflesAreUniformPermutations) {
    std::vector<int> first_place(5, 0);
    constexpr int epochs = 5000;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        const EpochOrder order(shards, options_for(0, 1), static_cast<std::uint64_t>(epoch));
        const auto shuffled = order.shuffled(0, 5);
        EXPECT_THAT(shuffled, testing::UnorderedElementsAre(0, 1, 2, 3, 4));
        ++first_place[shuffled[0]];
    }
    // 1000 expected in each; the binomial width is 28.
    for (const int count : first_place) EXPECT_NEAR(count, epochs / 5, 5 * 28);
}

// The order is part of what a seed means: a change here makes old runs irreproducible.
TEST(EpochOrder, IsPinned) {
    const EpochOrder order(shards, options_for(0, 1), 0);
    const auto showers = row(order);
    EXPECT_THAT(std::vector(showers.begin(), showers.begin() + 2), testing::ElementsAre(583, 584));
    EXPECT_THAT(order.shuffled(0, 8), testing::ElementsAre(4, 0, 6, 3, 1, 5, 2, 7));
}

}  // namespace
}  // namespace caloforge::data
