#include "generate/ShowerGenerator.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/Difference.hh"
#include "core/Error.hh"
#include "core/StopSignal.hh"
#include "core/TemporaryFolder.hh"
#include "data/ShowerSet.hh"
#include "generate/GenerateRun.hh"
#include "model/Patterns.hh"
#include "network/Gan3d.hh"

namespace caloforge::generate {
namespace {

namespace fs = std::filesystem;

/// A weights file of the 3DGAN with made-up weights.
class GeneratorTest : public ::testing::Test {
  protected:
    GeneratorTest() {
        model::Network network(network::gan3d_generator(100));
        model::test::fill(network);
        network::WeightsFile file;
        file.document = {{"format_version", network::weights_format_version},
                         {"kind", "model"},
                         {"name", "toy"},
                         {"networks", core::Json::object()}};
        file.document["detector"] =
            geometry::Detector::load(CALOFORGE_SOURCE_DIR "/detectors/clic-ecal.toml").json();
        file.document["conditions"] = {{"energy", {{"unit", "GeV"}, {"low", 10}, {"high", 500}}}};
        network.store("generator", file);
        file.write(model_);
    }
    void TearDown() override { core::request_stop(false); }

    caloforge::test::TemporaryFolder folder_;
    fs::path model_ = folder_.path() / "toy.safetensors";
};

TEST_F(GeneratorTest, ShowerDependsOnSeedNumberAndEnergyOnly) {
    ShowerGenerator generator(model_.string());
    const std::vector<float> incident{50, 100, 200, 300, 400, 50, 60};
    const auto together = generator.generate(3, 10, incident);
    ASSERT_EQ(together.size(), incident.size());
    for (std::size_t i = 0; i < incident.size(); ++i) {
        const auto alone = generator.generate(3, 10 + i, std::span(incident).subspan(i, 1));
        EXPECT_LE(caloforge::test::relative_difference(alone.shower(0), together.shower(i)), 1e-5)
            << "shower " << i;
    }
    EXPECT_GT(caloforge::test::relative_difference(together.shower(0), together.shower(5)), 1e-2)
        << "showers 10 and 15 are the same";
    EXPECT_GT(caloforge::test::relative_difference(generator.generate(4, 10, incident).shower(0),
                                                   together.shower(0)),
              1e-2)
        << "the seed does not matter";
}

TEST_F(GeneratorTest, TheEngineAgreesWithLibtorch) {
    std::vector<float> incident;
    for (int i = 0; i < 21; ++i) incident.push_back(static_cast<float>(10 + 24 * i));
    ShowerGenerator native(model_.string());
    ShowerGenerator torch(model_.string(), {"cpu", 0, false, "torch"});
    ASSERT_EQ(native.backend(), "native");
    ASSERT_EQ(torch.backend(), "torch");
    const auto a = native.generate(2, 0, incident), b = torch.generate(2, 0, incident);
    for (std::size_t i = 0; i < incident.size(); ++i)
        EXPECT_LE(caloforge::test::relative_difference(a.shower(i), b.shower(i)), 1e-4);
}

TEST_F(GeneratorTest, TheEngineMakesTheSameBitsInEveryBatchAndOnEveryThread) {
    std::vector<float> incident;
    for (int i = 0; i < 40; ++i) incident.push_back(static_cast<float>(10 + 12 * i));
    ShowerGenerator one(model_.string(), {"cpu", 1, false});
    ShowerGenerator three(model_.string(), {"cpu", 3, false});
    const auto together = one.generate(2, 0, incident);
    EXPECT_EQ(three.generate(2, 0, incident).cells, together.cells);
    for (std::size_t i = 0; i < incident.size(); i += 7) {
        const auto alone = three.generate(2, i, std::span(incident).subspan(i, 1));
        EXPECT_TRUE(std::equal(alone.cells.begin(), alone.cells.end(), together.shower(i).begin())) << i;
    }
}

TEST_F(GeneratorTest, ThreadsDoNotMatter) {
    const std::vector<float> incident{50, 100, 200, 300};
    ShowerGenerator one(model_.string(), {"cpu", 1, false});
    const auto a = one.generate(1, 0, incident);
    ShowerGenerator two(model_.string(), {"cpu", 2, false});
    const auto b = two.generate(1, 0, incident);
    for (std::size_t i = 0; i < incident.size(); ++i)
        EXPECT_LE(caloforge::test::relative_difference(a.shower(i), b.shower(i)), 1e-5);
}

TEST_F(GeneratorTest, EnergiesOutsideTheTrainedRangeNeedPermission) {
    const ShowerGenerator careful(model_.string());
    EXPECT_NO_THROW(careful.check_energies(10, 500));
    EXPECT_THROW(careful.check_energies(5, 500), core::InputError);
    EXPECT_THROW(careful.check_energies(10, 600), core::InputError);
    EXPECT_NO_THROW(ShowerGenerator(model_.string(), {"cpu", 1, true}).check_energies(5, 600));
}

TEST_F(GeneratorTest, FileHoldsTheSameShowersAsMemory) {
    ShowerGenerator generator(model_.string());
    const GenerateRun run{sample::Distribution::range(10, 500), 7, 5, 0, 3};
    const auto path = folder_.path() / "fast.h5";
    generate_to_file(generator, run, path, {});
    const auto set = data::ShowerSet::open({path});
    ASSERT_EQ(set.size(), 7U);
    set.for_each_batch(7, [&](const data::ShowerBatch& batch, std::size_t) {
        const auto energies = batch.conditions.values("energy");
        const auto memory = generator.generate(5, 0, energies);
        for (std::size_t i = 0; i < 7; ++i) {
            EXPECT_FLOAT_EQ(energies[i], static_cast<float>(run.energy.draw({5, i}, core::energy_stream)));
            EXPECT_LE(caloforge::test::relative_difference(memory.shower(i), batch.shower(i)), 1e-5);
        }
    });
}

TEST_F(GeneratorTest, StoppedRunLeavesNothing) {
    ShowerGenerator generator(model_.string());
    core::request_stop();
    const auto path = folder_.path() / "out" / "fast.h5";
    EXPECT_THROW(generate_to_file(generator, {sample::Distribution::value(50), 4, 1, 0, 2}, path, {}),
                 core::RunError);
    EXPECT_TRUE(fs::is_empty(path.parent_path()));
}

TEST_F(GeneratorTest, FilesThatAreNoGeneratorAreRefused) {
    auto file = network::WeightsFile::read(model_);
    const auto refuse = [&](const char* what) {
        const auto path = folder_.path() / "bad.safetensors";
        file.write(path);
        EXPECT_THROW(ShowerGenerator{path.string()}, core::InputError) << what;
    };
    const auto good = file;
    file.document["networks"] = core::Json::object();
    refuse("no generator");
    file = good;
    file.tensors.erase("generator.conv1.weight");
    refuse("missing tensor");
    file = good;
    file.document["conditions"]["energy"]["low"] = "ten";
    refuse("condition of the wrong type");
    file = good;
    file.document["detector"]["grid"]["nx"] = 24;
    refuse("detector of another grid");
    file = good;
    file.document.erase("detector");
    refuse("no detector");
}

}  // namespace
}  // namespace caloforge::generate
