#include "sample/ConditionSpace.hh"

#include <cmath>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"

namespace caloforge::sample {
namespace {

using core::Json;
using test::message_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Json as_shipped = {{"energy", {{"unit", "GeV"}, {"low", 10.0}, {"high", 500.0}}},
                         {"impact", {{"unit", "mm"}, {"half_x", 2.5}, {"half_y", 2.0}}}};

ConditionSpace shipped() {
    return {as_shipped, {energy_field, impact_field}};
}

ConditionSpace four() {
    return ConditionSpace({{.field = energy_field, .ranges = {{1, 100}}, .log = true},
                           {.field = impact_field, .ranges = {{-2, 2}, {-1, 1}}},
                           {.field = direction_field, .ranges = {{0, 0.5}, {-3, 3}}},
                           {.field = particle_field, .values = {11, 22}}});
}

TEST(ConditionSpace, ReadsModelsOfEarlierVersions) {
    const auto space = shipped();
    ASSERT_EQ(space.list().size(), 2U);
    EXPECT_EQ(space.find("energy")->ranges, (std::vector<Condition::Range>{{10, 500}}));
    EXPECT_EQ(space.find("impact")->ranges, (std::vector<Condition::Range>{{-2.5, 2.5}, {-2, 2}}));
    EXPECT_EQ(space.find("theta"), nullptr);
}

// Bit by bit: models shipped with 0.1 make the same showers.
TEST(ConditionSpace, DrawsImpactPointsAsEver) {
    const std::vector<Key> keys = consecutive(9, 5, 200);
    const std::vector<float> energies(keys.size(), 50);
    const auto space = shipped();
    const Columns all = space.complete(keys, ColumnsView(keys.size()).add("energy", energies));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const core::RandomStream random(9, 5 + i, core::impact_stream);
        EXPECT_EQ(all.values("impact")[2 * i], static_cast<float>((2 * random.uniform_at(0) - 1) * 2.5));
        EXPECT_EQ(all.values("impact")[2 * i + 1], static_cast<float>((2 * random.uniform_at(1) - 1) * 2.0));
    }
}

TEST(ConditionSpace, DrawsWithinWhatItHoldsAndEachSampleItsOwn) {
    const auto space = four();
    const auto keys = consecutive(3, 0, 500);
    const Columns all = space.complete(keys, ColumnsView(keys.size()));
    EXPECT_EQ(all.fields(), space.fields());
    EXPECT_FALSE(space.outside(all.view()));
    // A sample is a function of its key, not of its place.
    const std::vector<Key> some = {keys[400], keys[3]};
    const Columns few = space.complete(some, ColumnsView(2));
    for (const Field& field : all.fields()) {
        const auto at = [&](std::size_t i) {
            const auto row = all.view().row(field.name, i);
            return std::vector<float>(row.begin(), row.end());
        };
        const auto values = few.view().row(field.name, 0);
        EXPECT_EQ(std::vector<float>(values.begin(), values.end()), at(400)) << field.name;
    }
    std::size_t electrons = 0;
    double logs = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        electrons += all.values("particle")[i] == 11;
        logs += std::log10(all.values("energy")[i]);
    }
    EXPECT_NEAR(static_cast<double>(electrons), 250, 4 * std::sqrt(125.0));
    EXPECT_NEAR(logs / 500, 1, 4 * std::sqrt(4 / 12.0 / 500));
}

TEST(ConditionSpace, SaysWhatLiesOutside) {
    const auto space = shipped();
    const auto text = [&](float energy, float x) {
        const std::vector<float> energies = {50, energy}, impact = {0, 0, x, 0};
        const auto found = space.outside(ColumnsView(2).add("energy", energies).add("impact", impact));
        return found ? found->text() : "";
    };
    EXPECT_EQ(text(500.9F, 2.52F), "");  // within the margins
    EXPECT_THAT(text(502, 0), HasSubstr("sample 1: `energy` is 502 GeV"));
    EXPECT_THAT(text(502, 0), HasSubstr("10 to 500 GeV"));
    EXPECT_THAT(text(NAN, 0), HasSubstr("nan"));
    EXPECT_THAT(text(50, 2.6F), HasSubstr("`impact` is 2.6"));
    const std::vector<float> pion = {211};
    EXPECT_THAT(four().outside(ColumnsView(1).add("particle", pion))->text(), HasSubstr("11 or 22"));
}

TEST(ConditionSpace, RefusesColumnsThatAreNoConditions) {
    const std::vector<float> one = {1}, two = {1, 2};
    EXPECT_THAT(
        message_of<core::InputError>([&] { shipped().check_names(ColumnsView(1).add("enrgy", one)); }),
        HasSubstr("Did you mean `energy`?"));
    EXPECT_THAT(
        message_of<core::InputError>([&] { shipped().check_names(ColumnsView(1).add("energy", two)); }),
        HasSubstr("2 numbers"));
}

TEST(ConditionSpace, SurvivesAsJson) {
    const auto space = four();
    const ConditionSpace back(Json::parse(space.json().dump()), space.fields());
    EXPECT_EQ(back.list(), space.list());
}

TEST(ConditionSpace, RefusesDocumentsThatSayNothingUsable) {
    const auto message = [](const char* text) {
        return message_of<core::InputError>([&] { ConditionSpace(Json::parse(text), {energy_field}); });
    };
    EXPECT_THAT(message("{}"), HasSubstr("`conditions.energy`"));
    EXPECT_THAT(message("3"), HasSubstr("`conditions.energy`"));
    EXPECT_THAT(message(R"({"energy": {"low": 10}})"), HasSubstr("`high` is missing"));
    EXPECT_THAT(message(R"({"energy": {"low": "10", "high": 5}})"), HasSubstr("`low`"));
    EXPECT_THAT(message(R"({"energy": {"low": 10, "high": 5}})"), HasSubstr("range that is none"));
    EXPECT_THAT(message(R"({"energy": {"low": 0, "high": 5}})"), HasSubstr("positive"));
    EXPECT_THAT(message(R"({"energy": {"low": [1, 2], "high": [5, 6]}})"), HasSubstr("energ"));
    EXPECT_THAT(message(R"({"energy": {"values": []}})"), HasSubstr("empty"));
    EXPECT_THAT(message(R"({"energy": {"low": 1, "high": 5, "draw": "gauss"}})"), HasSubstr("gauss"));
    EXPECT_THAT(message(R"({"energy": {"low": 1, "high": 5, "margin": []}})"), HasSubstr("margin"));
}

}  // namespace
}  // namespace caloforge::sample
