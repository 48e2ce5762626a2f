#include "study/GenerateRun.hh"

#include <gmock/gmock.h>

#include <algorithm>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"
#include "core/StopSignal.hh"
#include "core/TemporaryFolder.hh"
#include "data/ShowerSet.hh"
#include "study/ModelShowers.hh"

namespace caloforge::study::test {
namespace {

using caloforge::test::message_of;
using sample::Distribution;
using ::testing::HasSubstr;

const AskedConditions some_energies = {{sample::energy_field, {Distribution::range(20, 400)}}};

class GenerateRunTest : public ::testing::Test {
  protected:
    void TearDown() override { core::request_stop(false); }

    caloforge::test::TemporaryFolder folder_;
    std::filesystem::path path_ = folder_.path() / "out" / "fast.h5";
    infer::Team team_{infer::Model::find("clic-forge"), 2};
};

TEST_F(GenerateRunTest, AFileHoldsTheSameShowersAsMemory) {
    generate_to_file(team_, {some_energies, 7, 5, 100, 3}, path_, {});
    const auto set = data::ShowerSet::open({path_});
    ASSERT_EQ(set.size(), 7U);
    set.for_each_batch(7, [&](const data::ShowerBatch& batch, std::size_t) {
        const auto keys = sample::consecutive(5, 100, 7);
        const auto energies = batch.conditions.values("energy");
        const auto memory = make_showers(team_, keys, sample::ColumnsView(7).add("energy", energies));
        for (std::size_t i = 0; i < 7; ++i) {
            EXPECT_EQ(energies[i],
                      static_cast<float>(Distribution::range(20, 400).draw(keys[i], core::energy_stream)));
        }
        EXPECT_TRUE(
            std::ranges::equal(memory.conditions.values("impact"), batch.conditions.values("impact")));
        std::vector<float> cut = memory.cells;  // as files are read
        for (float& cell : cut) cell = cell < 1e-6F ? 0 : cell;
        EXPECT_EQ(cut, batch.cells);
    });
}

TEST_F(GenerateRunTest, WhatIsAskedOfANumberLeavesTheOthersToTheModel) {
    AskedConditions asked = some_energies;
    asked.push_back({sample::impact_field, {Distribution::value(1.5), std::nullopt}});
    const auto keys = sample::consecutive(5, 0, 50);
    check(asked, team_.model());
    const sample::Columns drawn = draw(asked, team_.model(), keys);
    const sample::Columns own = team_.model().conditions().complete(keys, sample::ColumnsView(50));
    for (std::size_t i = 0; i < 50; ++i) {
        EXPECT_EQ(drawn.values("impact")[2 * i], 1.5F);
        EXPECT_EQ(drawn.values("impact")[2 * i + 1], own.values("impact")[2 * i + 1]);
    }
}

TEST_F(GenerateRunTest, WhatTheModelWasNotTrainedOnNeedsPermission) {
    const auto message = [&](const AskedConditions& asked) {
        return message_of<core::InputError>([&] { generate_to_file(team_, {asked, 4, 1, 0, 2}, path_, {}); });
    };
    EXPECT_THAT(message({{sample::energy_field, {Distribution::range(20, 900)}}}),
                HasSubstr("20 to 900 GeV"));
    EXPECT_THAT(message({{sample::impact_field, {Distribution::value(0), Distribution::value(30)}}}),
                HasSubstr("`impact` of 0, 30 mm"));
    EXPECT_THAT(message({{sample::particle_field, {Distribution::value(11)}}}),
                HasSubstr("takes no `particle`"));
    EXPECT_FALSE(std::filesystem::exists(path_));
    infer::Team bold(infer::Model::find("clic-forge", {.allow_extrapolation = true}), 1);
    EXPECT_NO_THROW(check({{sample::energy_field, {Distribution::value(900)}}}, bold.model()));
}

TEST_F(GenerateRunTest, AStoppedRunLeavesNothing) {
    core::request_stop();
    EXPECT_THROW(generate_to_file(team_, {some_energies, 4, 1, 0, 2}, path_, {}), core::RunError);
    EXPECT_TRUE(std::filesystem::is_empty(path_.parent_path()));
}

}  // namespace
}  // namespace caloforge::study::test
