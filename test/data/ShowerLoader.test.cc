#include "data/ShowerLoader.hh"

#include <numeric>
#include <set>
#include <thread>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "data/NumberedShowers.hh"

namespace caloforge::data {
namespace {

using core::InputError;
using testing::HasSubstr;

LoaderOptions small_options() {
    LoaderOptions options;
    options.batch_size = 8;
    options.seed = 42;
    options.shuffle_window = 50;
    options.prefetch = 2;
    return options;
}

class ShowerLoaderTest : public testing::Test {
  protected:
    const test::TemporaryFolder folder_;
    const std::vector<std::filesystem::path> files_ = test::numbered_files(folder_, {130, 9, 200});
    const ShowerSet set_ = ShowerSet::open(files_);
};

/// The numbers of the showers in the next batches, batch after batch.
std::vector<std::size_t> take(ShowerLoader& loader, std::size_t batches) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < batches; ++i) {
        for (const auto number : test::numbers(loader.next())) out.push_back(number);
    }
    return out;
}

TEST_F(ShowerLoaderTest, KeepsEveryShowerWhole) {
    ShowerLoader loader(set_, small_options(), {});
    for (int i = 0; i < 50; ++i) {
        const auto batch = loader.next();
        ASSERT_EQ(batch.size(), 8U);
        ASSERT_EQ(batch.cells.size(), 8 * test::numbered_grid.cells());
        EXPECT_EQ(batch.conditions.fields(), sample::Fields{sample::energy_field});
        const auto energies = batch.conditions.values("energy");
        for (std::size_t n = 0; n < batch.size(); ++n) {
            for (const float cell : batch.shower(n)) ASSERT_EQ(cell, energies[n] / 1024);
        }
    }
}

TEST_F(ShowerLoaderTest, IsTheFileOrderWithoutShuffling) {
    auto options = small_options();
    options.shuffle = false;
    ShowerLoader loader(set_, options, {});
    ASSERT_EQ(loader.batches_per_epoch(), 42U);
    std::vector<std::size_t> expected(42 * 8);
    std::iota(expected.begin(), expected.end(), 0U);
    EXPECT_EQ(take(loader, 42), expected);
    EXPECT_EQ(take(loader, 42), expected);
}

TEST_F(ShowerLoaderTest, RanksShareAnEpochWithoutOverlap) {
    constexpr std::size_t ranks = 3;
    auto options = small_options();
    options.ranks = ranks;
    std::set<std::size_t> seen;
    for (options.rank = 0; options.rank < ranks; ++options.rank) {
        ShowerLoader loader(set_, options, {});
        EXPECT_EQ(loader.batches_per_epoch(), 339 / 3 / 8U);
        for (const auto number : take(loader, loader.batches_per_epoch())) {
            EXPECT_TRUE(seen.insert(number).second) << "shower " << number << " came twice";
        }
    }
    EXPECT_EQ(seen.size(), 339 / 3 / 8 * 8 * ranks);
}

TEST_F(ShowerLoaderTest, OneSeedGivesOneOrderAndEpochsDiffer) {
    ShowerLoader one(set_, small_options(), {});
    ShowerLoader two(set_, small_options(), {});
    const auto first = take(one, 42);
    EXPECT_EQ(take(two, 42), first);
    EXPECT_EQ(std::set(first.begin(), first.end()).size(), first.size());
    const auto second = take(one, 42);
    EXPECT_NE(second, first);
    EXPECT_EQ(take(two, 42), second);
    auto options = small_options();
    options.seed = 43;
    ShowerLoader other(set_, options, {});
    EXPECT_NE(take(other, 42), first);
}

TEST_F(ShowerLoaderTest, PrefetchChangesNothing) {
    auto options = small_options();
    ShowerLoader reference(set_, options, {});
    const auto expected = take(reference, 60);
    for (const std::size_t prefetch : {0U, 1U, 40U}) {
        options.prefetch = prefetch;
        ShowerLoader loader(set_, options, {});
        EXPECT_EQ(take(loader, 60), expected) << prefetch;
    }
}

TEST_F(ShowerLoaderTest, GoesOnAnywhereAsIfNothingHadHappened) {
    ShowerLoader whole(set_, small_options(), {});
    const auto showers = take(whole, 100);
    for (const std::size_t done : {0U, 1U, 6U, 7U, 41U, 42U, 43U, 90U}) {
        ShowerLoader before(set_, small_options(), {});
        take(before, done);
        const auto position = before.position();
        EXPECT_EQ(position, (ShowerLoader::Position{done / 42, done % 42}));
        ShowerLoader after(set_, small_options(), position);
        EXPECT_EQ(after.position(), position);
        const std::vector<std::size_t> rest(showers.begin() + static_cast<std::ptrdiff_t>(8 * done),
                                            showers.end());
        EXPECT_EQ(take(after, 100 - done), rest) << "after " << done << " batches";
    }
}

TEST_F(ShowerLoaderTest, BehindTheLastBatchIsTheNextEpoch) {
    ShowerLoader behind(set_, small_options(), {3, 42});
    ShowerLoader next(set_, small_options(), {4, 0});
    EXPECT_EQ(behind.position(), next.position());
    EXPECT_EQ(take(behind, 5), take(next, 5));
    EXPECT_THAT(test::message_of<InputError>([&] {
                    ShowerLoader(set_, small_options(), {3, 43});
                }),
                HasSubstr("batch 43 of an epoch of 42"));
}

TEST_F(ShowerLoaderTest, RefusesWhatCannotFillABatchOnEveryRank) {
    auto options = small_options();
    options.ranks = 43;
    EXPECT_THAT(test::message_of<InputError>([&] { ShowerLoader(set_, options, {}); }),
                HasSubstr("339 showers do not fill one batch of 8 on each of 43 ranks"));
    options.ranks = 2;
    options.rank = 2;
    EXPECT_THROW(ShowerLoader(set_, options, {}), InputError);
    options = small_options();
    options.batch_size = 0;
    EXPECT_THROW(ShowerLoader(set_, options, {}), InputError);
}

TEST_F(ShowerLoaderTest, RethrowsWhatTheReaderMet) {
    auto options = small_options();
    options.shuffle = false;
    std::filesystem::remove(files_[2]);
    ShowerLoader loader(set_, options, {});
    // What was read whole before the damage may come; then the error does, and stays.
    EXPECT_THAT(test::message_of<InputError>([&] { take(loader, 42); }), HasSubstr("part2.h5"));
    EXPECT_THROW(loader.next(), InputError);
}

TEST_F(ShowerLoaderTest, EndsAtAnyMoment) {
    auto options = small_options();
    for (const std::size_t window : {1U, 50U, 1000U}) {
        options.shuffle_window = window;
        for (const std::size_t batches : {0U, 1U, 5U}) {
            ShowerLoader loader(set_, options, {});
            take(loader, batches);
            if (batches == 5) std::this_thread::yield();
        }
    }
    std::filesystem::remove(files_[0]);
    const ShowerLoader failing(set_, options, {});
}

TEST_F(ShowerLoaderTest, WindowOfOneKeepsTheOrderOfTheBlocks) {
    auto options = small_options();
    options.shuffle_window = 1;
    ShowerLoader loader(set_, options, {});
    const auto showers = take(loader, 42);
    std::size_t neighbours = 0;
    for (std::size_t i = 1; i < showers.size(); ++i) neighbours += showers[i] == showers[i - 1] + 1;
    EXPECT_GE(neighbours, showers.size() - 10);  // 7 blocks of up to 64, and the turn
}

TEST(ShowerLoader, GivesTheConditionsThatAllFilesHave) {
    const test::TemporaryFolder folder;
    auto batch = test::numbered_batch(0, 16);
    const sample::Field temperature{"temperature", {1}, "K"};
    batch.conditions.add(sample::impact_field);
    batch.conditions.add(temperature);
    const auto impact = batch.conditions.values("impact"), kelvin = batch.conditions.values("temperature");
    for (std::size_t n = 0; n < 16; ++n) {
        impact[2 * n] = static_cast<float>(n);
        impact[2 * n + 1] = -static_cast<float>(n);
        kelvin[n] = 290 + static_cast<float>(n);
    }
    test::write_showers(folder / "with.h5", batch);
    batch.conditions.remove("impact");
    test::write_showers(folder / "without.h5", batch);
    auto options = small_options();
    ShowerLoader with(ShowerSet::open({folder / "with.h5"}), options, {});
    const auto whole = with.next();
    ASSERT_EQ(whole.conditions.values("impact").size(), 16U);
    for (std::size_t n = 0; n < 8; ++n) {
        const float number = whole.conditions.values("energy")[n] - 1;
        EXPECT_EQ(whole.conditions.values("impact")[2 * n], number);
        EXPECT_EQ(whole.conditions.values("impact")[2 * n + 1], -number);
        EXPECT_EQ(whole.conditions.values("temperature")[n], 290 + number);
    }
    const auto both = ShowerSet::open({folder / "with.h5", folder / "without.h5"});
    EXPECT_EQ(both.conditions(), (sample::Fields{sample::energy_field, temperature}));
    both.for_each_batch(5, [&](const ShowerBatch& part, std::size_t) {
        EXPECT_EQ(part.conditions.fields(), both.conditions());
        for (std::size_t i = 0; i < part.size(); ++i)
            EXPECT_EQ(part.conditions.values("temperature")[i], 289 + part.conditions.values("energy")[i]);
    });
    ShowerLoader mixed(both, options, {});
    EXPECT_EQ(mixed.next().conditions.fields(), both.conditions());
}

}  // namespace
}  // namespace caloforge::data
