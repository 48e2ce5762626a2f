#include "infer/Model.hh"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <thread>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "infer/Team.hh"
#include "network/Gan3d.hh"
#include "network/Toy.hh"

namespace caloforge::infer::test {
namespace {

using caloforge::test::message_of;
using ::testing::HasSubstr;

/// The 3DGAN with made-up weights.
network::WeightsFile toy_model(double cell_scale = 100) {
    network::WeightsFile file = network::test::file_of(network::gan3d_generator(cell_scale));
    file.document["name"] = "toy";
    file.document["detector"] =
        geometry::Detector::load(CALOFORGE_SOURCE_DIR "/detectors/clic-ecal.toml").json();
    file.document["conditions"] = {{"energy", {{"unit", "GeV"}, {"low", 10}, {"high", 500}}}};
    return file;
}

std::vector<float> spread_energies(std::size_t count) {
    std::vector<float> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(10 + 12 * static_cast<float>(i));
    return out;
}

sample::Columns run(Team& team, const std::vector<sample::Key>& keys, const std::vector<float>& energies) {
    return team.run(keys, sample::ColumnsView(keys.size()).add("energy", energies));
}

TEST(Model, SaysWhatItTakesAndMakes) {
    const Model model(toy_model());
    EXPECT_EQ(model.name(), "toy");
    EXPECT_EQ(model.backend().name(), "native");
    ASSERT_EQ(model.conditions().list().size(), 1U);
    EXPECT_EQ(model.conditions().list()[0].field, sample::energy_field);
    ASSERT_EQ(model.outputs().size(), 1U);
    EXPECT_EQ(model.outputs()[0].name, sample::showers_name);
    EXPECT_EQ(model.detector().name(), "clic-ecal");
}

// However threads share a batch, whatever its order, whatever else is in it.
TEST(Model, ASampleIsAFunctionOfItsKeyAndConditions) {
    const Model model(toy_model());
    const auto energies = spread_energies(40);
    const auto keys = sample::consecutive(2, 0, 40);
    Team one(model, 1);
    const auto wanted = run(one, keys, energies);
    const std::size_t cells = model.outputs()[0].elements();
    for (const int threads : {1, 2, 3, 5}) {
        Team team(model, threads);
        for (const std::size_t batch : {1, 7, 8, 17, 40}) {
            const auto made = run(team, {keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(batch)},
                                  {energies.begin(), energies.begin() + static_cast<std::ptrdiff_t>(batch)});
            EXPECT_TRUE(
                std::ranges::equal(made.values("showers"), wanted.values("showers").first(batch * cells)))
                << batch << " samples on " << threads << " threads";
        }
    }
    const std::vector<sample::Key> some = {keys[31], {9, 4}, keys[2]};
    const auto mixed = run(one, some, {energies[31], 77, energies[2]});
    for (const auto& [row, of] : {std::pair{0UL, 31UL}, std::pair{2UL, 2UL}}) {
        EXPECT_TRUE(std::ranges::equal(mixed.view().row("showers", row), wanted.view().row("showers", of)));
    }
    EXPECT_FALSE(std::ranges::equal(mixed.view().row("showers", 1), mixed.view().row("showers", 0)));
}

TEST(Model, DrawsWhatIsNotGiven) {
    const Model model = Model::find("clic-forge");
    Session session = model.session();
    const auto keys = sample::consecutive(3, 5, 9);
    const sample::Columns drawn = session.run(keys, sample::ColumnsView(9));
    EXPECT_EQ(drawn.fields().size(), 3U);
    const auto given =
        sample::ColumnsView(9).add("energy", drawn.values("energy")).add("impact", drawn.values("impact"));
    EXPECT_FALSE(model.conditions().outside(given));
    // Given what was drawn, it is the same.
    const auto again = session.run(keys, given);
    EXPECT_TRUE(std::ranges::equal(again.values("showers"), drawn.values("showers")));
    for (const float energy : drawn.values("energy")) {
        EXPECT_GE(energy, model.conditions().find("energy")->ranges[0].low);
        EXPECT_LE(energy, model.conditions().find("energy")->ranges[0].high);
    }
}

TEST(Model, ConditionsOutsideTheTrainedRangeNeedPermission) {
    const auto refuse = [](const ModelOptions& options, float energy) {
        Session session = Model(toy_model(), options).session();
        const std::vector<float> energies = {100, energy};
        session.run(sample::consecutive(1, 0, 2), sample::ColumnsView(2).add("energy", energies));
    };
    const std::string message = message_of<core::InputError>([&] { refuse({}, 600); });
    EXPECT_THAT(message, HasSubstr("sample 1: `energy` is 600 GeV"));
    EXPECT_THAT(message, HasSubstr("10 to 500 GeV"));
    EXPECT_THROW(refuse({}, 5), core::InputError);
    EXPECT_NO_THROW(refuse({.allow_extrapolation = true}, 5));
    for (const float energy : {std::numeric_limits<float>::infinity(), std::nanf("")}) {
        EXPECT_THAT(message_of<core::InputError>([&] { refuse({.allow_extrapolation = true}, energy); }),
                    HasSubstr("sample 1: `energy` is no finite number"));
    }
    const std::vector<float> one = {1};
    Session session = Model(toy_model()).session();
    EXPECT_THAT(message_of<core::InputError>([&] {
                    session.run(sample::consecutive(1, 0, 1), sample::ColumnsView(1).add("theta", one));
                }),
                HasSubstr("takes no `theta`"));
}

TEST(Model, WhatIsNotFiniteIsNotReturned) {
    Team team(Model(toy_model(1e-30), {.allow_extrapolation = true}), 2);
    const auto keys = sample::consecutive(4, 7, 20);
    std::vector<float> energies(20, 50);
    energies[17] = std::numeric_limits<float>::max();
    EXPECT_THAT(message_of<core::RunError>([&] { run(team, keys, energies); }),
                HasSubstr("not finite (number 24 of seed 4, in `showers`)"));
    // The team goes on.
    energies[17] = 50;
    EXPECT_EQ(run(team, keys, energies).rows(), 20U);
}

TEST(Model, ThreadsShareOne) {
    const Model model(toy_model());
    Session first = model.session();
    const auto keys = sample::consecutive(1, 0, 6);
    const std::vector<float> energies = {20, 300, 50, 60, 70, 80};
    const auto given = sample::ColumnsView(6).add("energy", energies);
    const auto wanted = first.run(keys, given);
    std::vector<int> same(4);
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < same.size(); ++t) {
            threads.emplace_back([&, t] {
                Session session = model.session();
                same[t] =
                    std::ranges::equal(session.run(keys, given).values("showers"), wanted.values("showers"));
            });
        }
    }
    for (const int one : same) EXPECT_TRUE(one);
}

TEST(Model, BackendsAreKnownByName) {
    EXPECT_EQ(backend_names().front(), ModelOptions().backend);
    EXPECT_THAT(message_of<core::InputError>([] { Model(toy_model(), {.backend = "natve"}); }),
                HasSubstr("Did you mean `native`?"));
}

TEST(Model, LibtorchIsNotThereUnlessProvided) {
    EXPECT_THAT(message_of<core::InputError>([] { Model(toy_model(), {.backend = "torch"}); }),
                HasSubstr("needs libtorch"));
}

/// The engine on the CPU as if it were another device's, with a note of how many samples were made at a time.
class PretendedGpu : public Backend {
  public:
    PretendedGpu(const network::WeightsFile& file, const std::string& role)
        : engine_(make_engine_backend(file, role)) {}
    std::string name() const override { return "cuda"; }
    const sample::Fields& inputs() const override { return engine_->inputs(); }
    const sample::Fields& outputs() const override { return engine_->outputs(); }
    std::size_t at_once() const override { return 512; }
    std::size_t at_least() const override { return 100; }
    std::unique_ptr<Run> begin() const override { return std::make_unique<PretendedRun>(engine_->begin()); }

    static std::vector<std::size_t> made;
    static std::string asked_for;

  private:
    struct PretendedRun : Run {
        explicit PretendedRun(std::unique_ptr<Run> given) : real(std::move(given)) {}
        void run(std::span<const sample::Key> keys, const sample::ColumnsView& inputs,
                 std::span<const std::span<float>> outputs) override {
            static std::mutex mutex;
            {
                const std::lock_guard lock(mutex);
                made.push_back(keys.size());
            }
            real->run(keys, inputs, outputs);
        }
        std::unique_ptr<Run> real;
    };
    std::unique_ptr<Backend> engine_;
};
std::vector<std::size_t> PretendedGpu::made;
std::string PretendedGpu::asked_for;

TEST(Model, CudaDevicesHaveTheEngineWhereItIsProvided) {
    const ModelOptions on_gpu{.device = "cuda:3"};
    const auto refused = [&] { return message_of<core::InputError>([&] { Model(toy_model(), on_gpu); }); };
    EXPECT_THAT(refused(), HasSubstr("needs libtorch"));
    provide_cuda([]() -> MakeCudaBackend { return nullptr; });
    EXPECT_THAT(refused(), HasSubstr("needs libtorch"));
    provide_cuda([]() -> MakeCudaBackend {
        return [](const network::WeightsFile& file, const std::string& role,
                  const std::string& device) -> std::unique_ptr<Backend> {
            PretendedGpu::asked_for = device;
            return std::make_unique<PretendedGpu>(file, role);
        };
    });
    const Model model(toy_model(), on_gpu);
    provide_cuda(nullptr);
    EXPECT_EQ(model.backend().name(), "cuda");
    EXPECT_EQ(PretendedGpu::asked_for, "cuda:3");
    // Threads share what is enough for several, and each gets no less than is worth it.
    Team team(model, 4);
    const auto keys = sample::consecutive(1, 0, 250);
    const auto made = team.run(keys, sample::ColumnsView(keys.size()));
    EXPECT_THAT(PretendedGpu::made, testing::UnorderedElementsAre(100, 100, 50));
    const auto wanted = Model(toy_model()).session().run(keys, sample::ColumnsView(keys.size()));
    for (const sample::Field& field : model.outputs())
        EXPECT_TRUE(std::ranges::equal(made.values(field.name), wanted.values(field.name)));
}

TEST(Model, FilesThatAreNoGeneratorAreRefused) {
    const network::WeightsFile good = toy_model();
    network::WeightsFile file = good;
    const auto refuse = [&](const char* what) { EXPECT_THROW(Model{file}, core::InputError) << what; };
    file.document["networks"] = core::Json::object();
    refuse("no generator");
    file = good;
    file.tensors.erase("generator.conv1.weight");
    refuse("missing tensor");
    file = good;
    file.document["conditions"]["energy"]["low"] = "ten";
    refuse("condition of the wrong type");
    file = good;
    file.document.erase("conditions");
    refuse("no conditions");
    file = good;
    file.document["detector"]["grid"]["nx"] = 24;
    refuse("detector of another grid");
    file = good;
    file.document.erase("detector");
    refuse("no detector");
}

}  // namespace
}  // namespace caloforge::infer::test
