#include "data/ShowerSet.hh"
#include "data/ShowerDigest.hh"

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "data/NumberedShowers.hh"

namespace caloforge::data {
namespace {

using core::InputError;
using test::numbered_batch;
using test::write_showers;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ShowerSet, NumbersShowersThroughAllFiles) {
    const test::TemporaryFolder folder;
    const auto set = ShowerSet::open(test::numbered_files(folder, {5, 3, 4}));
    EXPECT_EQ(set.size(), 12U);
    EXPECT_TRUE(set.readout().same_shape(test::numbered_grid));
    ASSERT_EQ(set.shards().size(), 3U);
    EXPECT_EQ(set.shards()[2].first, 8U);
    EXPECT_EQ(set.shards()[2].size, 4U);
}

std::vector<std::size_t> numbers_of(const ShowerSet& set, std::size_t batch_size) {
    std::vector<std::size_t> out;
    set.for_each_batch(batch_size, [&](const ShowerBatch& batch, std::size_t first) {
        EXPECT_EQ(first, out.size());
        EXPECT_LE(batch.size(), batch_size);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            out.push_back(test::numbers(batch)[i]);
            EXPECT_EQ(batch.shower(i)[5], static_cast<float>(out.back() + 1) / 1024);
        }
    });
    return out;
}

TEST(ShowerSet, ASelectionIsASetOfItsOwn) {
    const test::TemporaryFolder folder;
    const auto set = ShowerSet::open(test::numbered_files(folder, {5, 3, 4}));  // 1 to 12 GeV
    const auto middle = set.select({{.condition = "energy", .low = 3, .high = 6, .text = "3 to 6 GeV"}});
    const auto some = set.select({{.condition = "energy", .values = {1, 4, 11, 12}, .text = "some"}});
    for (const std::size_t batch_size : {1, 2, 3, 100}) {
        EXPECT_THAT(numbers_of(middle, batch_size), ElementsAre(2, 3, 4, 5));
        EXPECT_THAT(numbers_of(some, batch_size), ElementsAre(0, 3, 10, 11));
    }
    EXPECT_EQ(some.size(), 4U);
    EXPECT_EQ(some.shards().size(), 2U);  // none of the second file
    EXPECT_THAT(some.read_condition("energy"), ElementsAre(1, 4, 11, 12));
    EXPECT_THAT(some.values_of("energy", 9), ElementsAre(1, 4, 11, 12));
    ShowerBatch batch;
    some.read(2, batch);
    EXPECT_THAT(test::numbers(batch), ElementsAre(10));
    set.read(7, batch);
    EXPECT_THAT(test::numbers(batch), ElementsAre(7));
    // Cut again, and by two at once.
    const auto twice = some.select({{.condition = "energy", .low = 2, .high = 11, .text = "2 to 11 GeV"}});
    EXPECT_THAT(numbers_of(twice, 2), ElementsAre(3, 10));
    EXPECT_THAT(numbers_of(set.select({{.condition = "energy", .low = 0, .high = 4, .text = ""},
                                       {.condition = "energy", .low = 4, .high = 9, .text = ""}}),
                           2),
                ElementsAre(3));
}

TEST(ShowerSet, ASelectionSaysWhatItDoesNotFind) {
    const test::TemporaryFolder folder;
    const auto set = ShowerSet::open(test::numbered_files(folder, {5, 3}));
    EXPECT_THAT(test::message_of<InputError>([&] {
                    set.select({{.condition = "energy", .low = 20, .high = 30, .text = "20 to 30 GeV"}});
                }),
                AllOf(HasSubstr("no shower of"), HasSubstr("20 to 30 GeV")));
    EXPECT_THAT(test::message_of<InputError>([&] {
                    set.select({{.condition = "direction", .low = 0, .high = 1, .text = "a theta"}});
                }),
                AllOf(HasSubstr("does not say `direction`"), HasSubstr("a theta")));
}

TEST(ShowerSet, BatchesComeInOrderAndEndWithTheFile) {
    const test::TemporaryFolder folder;
    const auto set = ShowerSet::open(test::numbered_files(folder, {5, 3}));
    std::vector<std::size_t> firsts;
    std::vector<std::size_t> showers;
    set.for_each_batch(2, [&](const ShowerBatch& batch, std::size_t first) {
        firsts.push_back(first);
        for (const auto number : test::numbers(batch)) showers.push_back(number);
    });
    EXPECT_THAT(firsts, ElementsAre(0, 2, 4, 5, 7));
    EXPECT_THAT(showers, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(ShowerSet, BatchesOfAPartBeginAndEndWithIt) {
    const test::TemporaryFolder folder;
    const auto paths = test::numbered_files(folder, {5, 3, 4});
    const auto set = ShowerSet::open(paths);
    std::filesystem::remove(paths[2]);  // of no interest
    std::vector<std::size_t> firsts, showers;
    set.for_each_batch(3, 7, 3, [&](const ShowerBatch& batch, std::size_t first) {
        firsts.push_back(first);
        for (const auto number : test::numbers(batch)) showers.push_back(number);
    });
    EXPECT_THAT(firsts, ElementsAre(3, 5));
    EXPECT_THAT(showers, ElementsAre(3, 4, 5, 6));
    set.for_each_batch(4, 4, 3, [&](const ShowerBatch&, std::size_t) { ADD_FAILURE(); });
    EXPECT_EQ(set.sizes(), "5 3 4");
}

TEST(ShowerSet, GlobFindsTheSameFiles) {
    const test::TemporaryFolder folder;
    const auto paths = test::numbered_files(folder, {5, 3});
    const auto set = ShowerSet::glob({(folder / "part*.h5").string()});
    ASSERT_EQ(set.shards().size(), 2U);
    EXPECT_EQ(set.shards()[1].path, paths[1]);
    EXPECT_THROW(ShowerSet::glob({(folder / "none*.h5").string()}), InputError);
}

TEST(ShowerSet, NamesTheFileOfAnotherShape) {
    const test::TemporaryFolder folder;
    auto paths = test::numbered_files(folder, {2});
    auto odd = numbered_batch(0, 2);
    odd.readout = geometry::ReadoutGrid{4, 3, 2, 0, 0};
    write_showers(folder / "odd.h5", odd);
    paths.push_back(folder / "odd.h5");
    EXPECT_THAT(test::message_of<InputError>([&] { ShowerSet::open(paths); }),
                AllOf(HasSubstr("odd.h5"), HasSubstr("4x3x2"), HasSubstr("2x3x4"), HasSubstr("part0.h5")));
}

TEST(ShowerSet, RefusesNothingAndMissingFiles) {
    EXPECT_THROW(ShowerSet::open({}), InputError);
    EXPECT_THAT(test::message_of<InputError>([] { ShowerSet::open({"no-such.h5"}); }),
                HasSubstr("no-such.h5"));
}

TEST(ShowerSet, FingerprintTellsContentNotNames) {
    const test::TemporaryFolder folder;
    const auto fingerprint = [&](const std::string& name, ShowerBatch batch) {
        write_showers(folder / name, std::move(batch));
        return ShowerSet::open({folder / name}).fingerprint();
    };
    const auto reference = fingerprint("a.h5", numbered_batch(0, 6));
    EXPECT_EQ(fingerprint("another-name.h5", numbered_batch(0, 6)), reference);
    EXPECT_NE(fingerprint("fewer.h5", numbered_batch(0, 5)), reference);
    auto changed = numbered_batch(0, 6);
    changed.conditions.values("energy")[3] += 1;
    EXPECT_NE(fingerprint("energy.h5", changed), reference);
    changed = numbered_batch(0, 6);
    changed.cells[30] *= 2;
    EXPECT_NE(fingerprint("cell.h5", changed), reference);
    changed = numbered_batch(0, 6);
    changed.readout = geometry::ReadoutGrid{3, 2, 4, 0, 0};
    EXPECT_NE(fingerprint("shape.h5", changed), reference);
}

TEST(ShowerDigest, LooksAtLayersAndConditions) {
    ShowerBatch batch;
    batch.readout = geometry::ReadoutGrid{1, 1, 2, 0, 0};
    batch.cells = {1, 3, 0, 0, 2, 2};
    batch.conditions = sample::Columns(3);
    batch.conditions.add(sample::energy_field, {10, 20, 30});
    batch.conditions.add(sample::impact_field, {1, -2, 3, 4, -5, 0});
    ShowerDigest seen;
    seen.add(batch);
    EXPECT_EQ(seen.empty(), 1U);
    EXPECT_EQ(seen.layer_shares, (std::vector<double>{0.75, 1.25}));
    const auto impact = seen.extent("impact");
    ASSERT_TRUE(impact);
    EXPECT_EQ(impact->low, (std::vector<float>{-5, -2}));
    EXPECT_EQ(impact->high, (std::vector<float>{3, 4}));
    EXPECT_FALSE(seen.extent("direction"));

    const ShowerDigest copy = seen;
    seen.append(ShowerDigest());
    EXPECT_EQ(seen.bytes(), copy.bytes());
}

TEST(ShowerDigest, PartsPutTogetherAreTheWhole) {
    const test::TemporaryFolder folder;
    const auto set = ShowerSet::open(test::numbered_files(folder, {4, 3, 5}));
    const ShowerDigest whole = digest(set, 0, set.size());
    ASSERT_EQ(whole.size(), 12U);
    for (const std::size_t ranks : {2, 5}) {
        ShowerDigest parts;
        for (std::size_t r = 0; r < ranks; ++r) {
            const std::size_t first = 12 * r / ranks, last = 12 * (r + 1) / ranks;
            parts.append(ShowerDigest::from_bytes(digest(set, first, last).bytes()));
        }
        EXPECT_EQ(parts.conditions.fields(), whole.conditions.fields());
        EXPECT_TRUE(std::ranges::equal(parts.incident(), whole.incident()));
        EXPECT_EQ(parts.sums, whole.sums);
        EXPECT_EQ(parts.squares, whole.squares);
        EXPECT_EQ(parts.spectrum, whole.spectrum);
        EXPECT_EQ(fingerprint(set, parts), set.fingerprint());
        ASSERT_EQ(parts.layer_shares.size(), whole.layer_shares.size());
        for (std::size_t z = 0; z < whole.layer_shares.size(); ++z)
            EXPECT_NEAR(parts.layer_shares[z], whole.layer_shares[z], 1e-12);
    }
    EXPECT_GT(std::reduce(whole.spectrum.begin(), whole.spectrum.end()), 12);
    ShowerBatch batch;
    ShowerFile(set.shards()[1].path).read(2, 1, batch);
    double sum = 0, squares = 0;
    for (const double cell : batch.cells) {
        sum += cell;
        squares += cell * cell;
    }
    EXPECT_DOUBLE_EQ(whole.sums[6], sum);
    EXPECT_DOUBLE_EQ(whole.squares[6], squares);
}

TEST(ShowerSet, SplitTakesFromTheEndOfEqualStretchesOfTheSet) {
    const test::TemporaryFolder folder;
    const auto set = ShowerSet::open(test::numbered_files(folder, {150, 250}));
    const ShowerSet::Parts parts = set.split(100);  // two stretches of 200
    EXPECT_EQ(parts.rest.size(), 300U);
    EXPECT_EQ(parts.held_out.size(), 100U);
    EXPECT_EQ(parts.held_out.sizes(), "50 50");
    EXPECT_EQ(parts.held_out.files(), 1U);
    EXPECT_EQ(parts.rest.sizes(), "150 150");
    std::vector<std::size_t> held_out, rest;
    const auto into = [](std::vector<std::size_t>& out) {
        return [&out](const ShowerBatch& batch, std::size_t first) {
            EXPECT_EQ(first, out.size());
            for (const auto number : test::numbers(batch)) out.push_back(number);
        };
    };
    parts.held_out.for_each_batch(7, into(held_out));
    parts.rest.for_each_batch(64, into(rest));
    EXPECT_EQ(held_out.front(), 150U);
    EXPECT_EQ(held_out.back(), 399U);
    EXPECT_TRUE(std::ranges::is_sorted(rest));
    rest.insert(rest.end(), held_out.begin(), held_out.end());
    std::ranges::sort(rest);
    for (std::size_t i = 0; i < 400; ++i) EXPECT_EQ(rest[i], i);
    EXPECT_THAT(parts.held_out.values_of("energy", 2), ElementsAre(151.F, 152.F));
    EXPECT_NE(parts.rest.fingerprint(), set.fingerprint());
}

TEST(ShowerSet, SplitTakesAsManyAsItIsTold) {
    const test::TemporaryFolder folder;
    const auto set = ShowerSet::open(test::numbered_files(folder, {5, 3, 4}));
    for (const std::size_t count : {0, 1, 5, 11}) {
        const auto parts = set.split(count);
        EXPECT_EQ(parts.held_out.size(), count);
        EXPECT_EQ(parts.rest.size(), 12 - count);
    }
    EXPECT_EQ(set.split(100).rest.size(), 1U);
}

TEST(ShowerSet, FingerprintSeesWhereFilesEnd) {
    const test::TemporaryFolder folder;
    write_showers(folder / "whole.h5", numbered_batch(0, 6));
    const auto parts = ShowerSet::open(test::numbered_files(folder, {4, 2}));
    EXPECT_NE(parts.fingerprint(), ShowerSet::open({folder / "whole.h5"}).fingerprint());
}

}  // namespace
}  // namespace caloforge::data
