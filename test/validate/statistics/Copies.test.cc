#include <gtest/gtest.h>

#include <cmath>

#include "core/Random.hh"
#include "validate/statistics/CopyMetrics.hh"

namespace caloforge::validate {
namespace {

// Samples of six observables that are normal about a line in the logarithm of the energy.
ObservableTable table_of(std::size_t count, std::uint64_t seed) {
    ObservableTable out;
    for (int i = 0; i < 6; ++i) out.names.push_back("o" + std::to_string(i));
    for (std::size_t i = 0; i < count; ++i) {
        const core::RandomStream random(seed, i, 0);
        std::vector<float> normal(6);
        random.normal(normal);
        const double energy = 10 * std::pow(50, random.uniform_at(100));
        out.binning.push_back(static_cast<float>(energy));
        for (const float x : normal) out.values.push_back(x + static_cast<float>(std::log(energy)));
    }
    return out;
}

// Sample `to` becomes sample `from`, but for noise of `noise` standard deviations.
void copy(const ObservableTable& source, std::size_t from, ObservableTable& table, std::size_t to,
          float noise) {
    const core::RandomStream random(77, to, 0);
    std::vector<float> normal(6);
    random.normal(normal);
    for (std::size_t c = 0; c < 6; ++c)
        table.values[to * 6 + c] = source.values[from * 6 + c] + noise * normal[c];
    table.binning[to] = source.binning[from];
}

TableView all(const ObservableTable& table) {
    TableView out{&table, {}};
    for (std::uint32_t row = 0; row < table.rows(); ++row) out.rows.push_back(row);
    return out;
}

const ObservableList& observables() {
    static const ObservableList list(
        {{"o0", "o0"}, {"o1", "o1"}, {"o2", "o2"}, {"o3", "o3"}, {"o4", "o4"}, {"o5", "o5"}}, {});
    return list;
}

CopyMetrics find(const ObservableTable& reference, const ObservableTable& candidate,
                 const ObservableTable* training = nullptr) {
    std::optional<TableView> known;
    if (training) known = all(*training);
    return find_copies(all(reference), all(candidate), known, observables(), true, "10:500");
}

TEST(Copies, OthersAreNone) {
    const auto reference = table_of(1000, 1), candidate = table_of(1000, 2), training = table_of(2000, 3);
    const CopyMetrics found = find(reference, candidate, &training);
    EXPECT_LT(found.duplicates.value.value(), 0.005);
    EXPECT_LT(found.memorised.value.value(), 0.005);
    EXPECT_FALSE(found.duplicates.beyond_floor());
    EXPECT_FALSE(found.memorised.beyond_floor());
    EXPECT_GT(found.memorised.uncertainty.value(), 0);
}

TEST(Copies, RepeatedSamplesAreFound) {
    const auto reference = table_of(1000, 1);
    auto candidate = table_of(1000, 2);
    const auto source = candidate;
    for (std::size_t i = 0; i < 50; ++i) copy(source, 900 + i / 5, candidate, i, 0);
    const CopyMetrics found = find(reference, candidate);
    EXPECT_NEAR(found.duplicates.value.value(), 0.06, 0.006);  // 50 copies of 10
    EXPECT_TRUE(found.duplicates.beyond_floor());
    EXPECT_FALSE(found.memorised.value);
    EXPECT_EQ(found.memorised.reason, "no training samples were given");
}

TEST(Copies, SamplesLearnedByHeartAreFoundBehindNoise) {
    const auto reference = table_of(1000, 1), training = table_of(2000, 3);
    auto candidate = table_of(1000, 2);
    for (std::size_t i = 0; i < 100; ++i) copy(training, 7 * i, candidate, i, 0.02F);
    const CopyMetrics found = find(reference, candidate, &training);
    EXPECT_NEAR(found.memorised.value.value(), 0.1, 0.01);
    EXPECT_TRUE(found.memorised.beyond_floor());
    EXPECT_FALSE(found.duplicates.beyond_floor());
}

TEST(Copies, AReferenceThatRepeatsAsMuchIsNoYardstick) {
    auto reference = table_of(1000, 1);
    const auto candidate = table_of(1000, 2);
    const CopyMetrics learned = find(reference, candidate, &reference);
    EXPECT_FALSE(learned.memorised.value);
    EXPECT_EQ(learned.memorised.reason,
              "the reference was learned from, too: nothing shows what chance alone repeats");
    EXPECT_TRUE(learned.duplicates.value);
    const auto source = reference;
    for (std::size_t i = 0; i < 50; ++i) copy(source, 900 + i, reference, i, 0);
    EXPECT_FALSE(find(reference, candidate).duplicates.value);
    EXPECT_EQ(find(reference, candidate).duplicates.reason, "the reference repeats itself, too");
}

TEST(Copies, NeedSamples) {
    const auto few = table_of(20, 1), many = table_of(1000, 2);
    EXPECT_FALSE(find(few, many).duplicates.value);
    EXPECT_FALSE(find(few, many).duplicates.reason.empty());
}

}  // namespace
}  // namespace caloforge::validate
