#include "family/forge/ForgeTrainer.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/StopSignal.hh"
#include "core/TemporaryFolder.hh"
#include "family/forge/ForgeTruth.hh"
#include "family/forge/SiliconStack.hh"
#include "train/Symmetry.hh"
#include "train/TinyTraining.hh"

namespace caloforge::family::forge::test {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;
using train::TrainConfig;
using train::Training;
using train::TrainResult;

// Showers whose layers and cells follow the incident energy and each other.
data::ShowerBatch small_showers(std::size_t count, std::uint64_t seed = 1) {
    data::ShowerBatch batch{geometry::ReadoutGrid{6, 6, 3, 5, 5},
                            sample::Columns(count, {sample::energy_field, sample::impact_field}),
                            {}};
    const auto energies = batch.conditions.values("energy"), impact = batch.conditions.values("impact");
    batch.cells.resize(count * batch.readout.cells());
    for (std::size_t i = 0; i < count; ++i) {
        const core::RandomStream random(seed, i, 0);
        const double energy = 10 + 90 * random.uniform_at(0);
        energies[i] = static_cast<float>(energy);
        for (std::uint32_t axis = 0; axis < 2; ++axis)
            impact[2 * i + axis] = static_cast<float>(5 * (random.uniform_at(1 + axis) - 0.5));
        for (std::size_t c = 0; c < batch.readout.cells(); ++c) {
            const double x = static_cast<double>(c / 18) - 2.5 - impact[2 * i] / 5;
            const double y = static_cast<double>(c / 3 % 6) - 2.5 - impact[2 * i + 1] / 5;
            const double mean = 3e-5 * energy * (1 + static_cast<double>(c % 3)) * std::exp(-(x * x + y * y));
            const auto element = static_cast<std::uint32_t>(2 * c + 4);
            if (random.uniform_at(element) < 0.3) continue;
            batch.shower(i)[c] = static_cast<float>(mean * (0.5 + random.uniform_at(element + 1)));
        }
    }
    return batch;
}

class ForgeTraining : public ::testing::Test {
  protected:
    void SetUp() override {
        std::ofstream(detector_) << silicon_stack(6, 3);
        write(small_showers(160));
    }
    void TearDown() override { core::request_stop(false); }

    void write(data::ShowerBatch batch) { write(data_, std::move(batch)); }
    static void write(const fs::path& path, data::ShowerBatch batch) {
        data::ShowerWriter writer(path, batch.readout);
        writer.append(std::move(batch));
        writer.commit();
    }
    /// `toml`: what else it is told.
    TrainConfig config(std::int64_t steps, const std::string& toml = "", int hidden = 5) const {
        TrainConfig config =
            train::test::tiny_config(data_, steps,
                                     "model.network = 'forge'\nforge.channels = 4\nforge.past_channels = 3\n"
                                     "forge.profile_hidden = 6\nforge.energy_hidden = 4\nforge.hidden = " +
                                         std::to_string(hidden) + "\n" + toml);
        config.detector = detector_.string();
        config.batch = 16;
        return config;
    }
    static constexpr const char* usual_rate = "optimiser.learning_rate = 5e-3\noptimiser.warm_up_steps = 5\n";
    TrainConfig usual(std::int64_t steps, const std::string& toml = "", int hidden = 5) const {
        return config(steps, usual_rate + toml, hidden);
    }
    static std::string start_from(const std::string& model) {
        return "training.start_from = '" + model + "'\n";
    }
    // What the lines of metrics.jsonl that have this member say under it.
    template <class Value>
    static std::vector<Value> metrics(const fs::path& folder, const char* member) {
        std::vector<Value> out;
        std::ifstream file(folder / "metrics.jsonl");
        for (std::string line; std::getline(file, line);) {
            const auto entry = core::Json::parse(line);
            if (entry.contains(member)) out.push_back(entry.at(member).get<Value>());
        }
        return out;
    }
    static std::vector<double> losses(const fs::path& folder) { return metrics<double>(folder, "nll"); }
    static std::vector<core::Json> held_out(const fs::path& folder) {
        return metrics<core::Json>(folder, "held_out");
    }

    caloforge::test::TemporaryFolder folder_;
    fs::path data_ = folder_.path() / "showers.h5";
    fs::path detector_ = folder_.path() / "small.toml";
};

TEST_F(ForgeTraining, LearnsAndMakesAModel) {
    const auto result = Training(usual(60), "", folder_.path() / "run", false).run();
    const auto nll = losses(folder_.path() / "run");
    ASSERT_EQ(nll.size(), 60U);
    double first = 0, last = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        first += nll[i] / 5;
        last += nll[nll.size() - 1 - i] / 5;
    }
    EXPECT_LT(last, first - 10);  // natural units of 108 cells
    const auto model = network::WeightsFile::read(result.model);
    const auto spec = model.network("generator");
    EXPECT_EQ(spec.outputs[0].shape, (network::Shape{1, 6, 6, 3}));
    EXPECT_NEAR(model.document.at("conditions").at("impact").at("high").at(0).get<double>(), 2.5, 0.2);
}

TEST_F(ForgeTraining, ResumedEqualsUninterrupted) {
    const TrainConfig one_layer = usual(4, "training.layers_per_step = 1\n");
    const auto whole = Training(one_layer, "", folder_.path() / "whole", false).run();
    core::request_stop();
    EXPECT_EQ(Training(one_layer, "", folder_.path() / "parts", false).run().steps, 1U);
    core::request_stop(false);
    const auto rest = Training(one_layer, "", folder_.path() / "parts", true).run();
    for (const auto file : {&TrainResult::model, &TrainResult::checkpoint})
        EXPECT_EQ(network::WeightsFile::read(whole.*file).tensors,
                  network::WeightsFile::read(rest.*file).tensors);
}

TEST_F(ForgeTraining, TellsTheLikelihoodOfShowersHeldOut) {
    auto other = small_showers(40, 2);
    std::ranges::fill(other.shower(3), 0.0F);
    write(folder_.path() / "other.h5", std::move(other));
    auto look = usual(60);
    look.validation = {(folder_.path() / "other.h5").string()};
    look.checkpoint_every = 5;
    const auto with = Training(look, "", folder_.path() / "with", false).run();
    const auto seen = held_out(folder_.path() / "with");
    ASSERT_EQ(seen.size(), 12U);
    EXPECT_EQ(seen[0].at("showers"), 39);
    EXPECT_LT(seen.back().at("nll"), seen[0].at("nll").get<double>() - 10);
    // It is the model's, which a training that hardly moves reads from its file.
    auto still = config(1, "optimiser.learning_rate = 1e-12\noptimiser.warm_up_steps = 5\n" +
                               start_from(with.model.string()));
    still.validation = look.validation;
    Training(still, "", folder_.path() / "still", false).run();
    EXPECT_NEAR(held_out(folder_.path() / "still").at(0).at("nll").get<double>(),
                seen.back().at("nll").get<double>(), 1e-3);
    // Of the same kind as those trained on: as likely, but for what so short a training makes of noise.
    const auto nll = losses(folder_.path() / "with");
    EXPECT_NEAR(seen.back().at("nll").get<double>(), nll.back(), 15);
    // Looking changes nothing.
    const auto without = Training(usual(60), "", folder_.path() / "without", false).run();
    EXPECT_EQ(network::WeightsFile::read(with.model).tensors,
              network::WeightsFile::read(without.model).tensors);
}

TEST_F(ForgeTraining, ShowersHeldOutNeedTheImpactPointsToo) {
    auto other = small_showers(40);
    other.conditions.remove("impact");
    write(folder_.path() / "other.h5", std::move(other));
    auto look = usual(2);
    look.validation = {(folder_.path() / "other.h5").string()};
    EXPECT_THAT(caloforge::test::message_of<core::InputError>(
                    [&] { Training(look, "", folder_.path() / "run", false).run(); }),
                testing::HasSubstr("not all files hold impact points"));
}

TEST_F(ForgeTraining, StartsFromAModel) {
    const auto first = Training(usual(60), "", folder_.path() / "first", false).run();
    // Other showers, which deposit most in another layer.
    auto others = small_showers(160, 2);
    for (std::size_t c = 0; c < others.cells.size(); ++c) others.cells[c] *= c % 3 == 2 ? 0.3F : 1.0F;
    write(std::move(others));
    const auto more = config(6, "optimiser.learning_rate = 1e-4\noptimiser.warm_up_steps = 5\n" +
                                    start_from(first.model.string()));
    const auto second = Training(more, "", folder_.path() / "second", false).run();
    const auto before = losses(folder_.path() / "first"), after = losses(folder_.path() / "second");
    EXPECT_NEAR(after[0], before.back(), 60);
    EXPECT_LT(after[0], before[0] - 20);
    const core::Json training = network::WeightsFile::read(second.model).document.at("training");
    EXPECT_EQ(training.at("started_from").at("state").at("step"), 60);
    // Resumed, it does not start again; the provenance stays.
    core::request_stop();
    Training(more, "", folder_.path() / "parts", false).run();
    core::request_stop(false);
    fs::remove(first.model);
    const auto rest = Training(more, "", folder_.path() / "parts", true).run();
    const auto model = network::WeightsFile::read(rest.model);
    EXPECT_EQ(model.tensors, network::WeightsFile::read(second.model).tensors);
    EXPECT_EQ(model.document.at("training").at("started_from"), training.at("started_from"));
}

TEST_F(ForgeTraining, StartsFromNoOtherNetwork) {
    const auto first = Training(usual(2), "", folder_.path() / "first", false).run();
    for (const std::string& model : {first.model.string(), std::string("clic-3dgan")}) {
        const auto wider = usual(2, start_from(model), 6);
        EXPECT_THAT(caloforge::test::message_of<core::InputError>(
                        [&] { Training(wider, "", folder_.path() / "run", false); }),
                    testing::HasSubstr("training.start_from"));
    }
}

TEST_F(ForgeTraining, ADivergingRunIsStoppedAndNamed) {
    const auto wild = config(200, "optimiser.learning_rate = 10.0\noptimiser.warm_up_steps = 0\n");
    const auto message = caloforge::test::message_of<core::RunError>(
        [&] { Training(wild, "", folder_.path() / "run", false).run(); });
    EXPECT_THAT(message, testing::HasSubstr("the training diverged"));
    EXPECT_THAT(message, testing::HasSubstr("step"));
}

TEST_F(ForgeTraining, TooFewShowersAreRefused) {
    write(small_showers(50));
    const auto message = caloforge::test::message_of<core::InputError>(
        [&] { Training(usual(2), "", folder_.path() / "run", false); });
    EXPECT_THAT(message, testing::HasSubstr("50 showers"));
}

TEST_F(ForgeTraining, EmptyShowersAreLeftOut) {
    auto batch = small_showers(160);
    for (std::size_t i = 0; i < 40; ++i) std::ranges::fill(batch.shower(4 * i), 0.0F);
    write(std::move(batch));
    Training(usual(12), "", folder_.path() / "run", false).run();
    for (const double nll : losses(folder_.path() / "run")) EXPECT_TRUE(std::isfinite(nll));
    batch = small_showers(260);
    for (std::size_t i = 0; i < 150; ++i) std::ranges::fill(batch.shower(i), 0.0F);
    write(std::move(batch));
    EXPECT_THAT(caloforge::test::message_of<core::InputError>(
                    [&] { Training(usual(2), "", folder_.path() / "other", false); }),
                testing::HasSubstr("150 of 260 training showers are empty"));
}

TEST_F(ForgeTraining, WithoutImpactPoints) {
    auto batch = small_showers(120);
    batch.conditions.remove("impact");
    write(std::move(batch));
    const auto result = Training(usual(2), "", folder_.path() / "run", false).run();
    const auto model = network::WeightsFile::read(result.model);
    EXPECT_EQ(model.network("generator").inputs.size(), 1U);
    EXPECT_FALSE(model.document.at("conditions").contains("impact"));
}

TEST_F(ForgeTraining, AnotherGridIsRefused) {
    auto other = usual(2);
    other.detector = CALOFORGE_SOURCE_DIR "/detectors/clic-ecal.toml";
    EXPECT_THAT(caloforge::test::message_of<core::InputError>(
                    [&] { Training(other, "", folder_.path() / "run", false); }),
                testing::HasSubstr("the showers are 6 x 6 x 3"));
}

network::ForgeOptions small_options() {
    network::ForgeOptions options;
    options.nx = options.ny = 6;
    options.nz = 3;
    options.cell_x = options.cell_y = 5;
    options.mip = 1e-4;
    options.response = 0.01;
    return options;
}

TEST(ForgeLikelihood, LayersAddUp) {
    network::ForgeOptions options = small_options();
    options.bend_from = {-1, 0, 1};
    options.bend_to = {-1.2, 0, 0.9};
    ForgeLikelihood likelihood(options, network::forge_generator(options), torch::kCPU, 3);
    auto batch = small_showers(5);
    const ForgeShowers given = windowed(filled(batch, torch::kCPU, small_options(), 1, 0), small_options());
    const torch::NoGradGuard no_grad;
    const auto whole = likelihood(given);
    Tensor sum = torch::zeros_like(whole.cells);
    for (std::size_t z = 0; z < 3; ++z) {
        std::vector<double> weights(3, 0.0);
        weights[z] = 2;
        const auto part = likelihood(given, weights);
        EXPECT_TRUE(torch::allclose(part.energies, whole.energies)) << z;
        sum = sum + part.cells / 2;
    }
    EXPECT_TRUE(torch::allclose(sum, whole.cells, 1e-5, 1e-3));
}

TEST_F(ForgeTraining, ShowersOfLowEnergyMayCountMore) {
    const auto first_step = [&](const char* weight) {
        const auto folder = folder_.path() / weight;
        Training(usual(1, std::string("training.energy_weight = ") + weight + "\n"), "", folder, false).run();
        return std::pair(losses(folder).front(), metrics<double>(folder, "gradient_norm").front());
    };
    const auto [even, even_norm] = first_step("0.0");
    const auto [low, low_norm] = first_step("0.8");
    EXPECT_DOUBLE_EQ(even, low);  // what is told counts all alike
    EXPECT_NE(even_norm, low_norm);
}

TEST(ForgeTruth, LayersFollowFromTheRatios) {
    const auto options = small_options();
    auto batch = small_showers(7);
    const ForgeShowers given = windowed(filled(batch, torch::kCPU, small_options(), 1, 0), small_options());
    const Tensor &showers = given.showers, &incident = given.incident();
    const auto truth = forge_truth(options, given).drawn;
    ASSERT_EQ(truth.size(), network::forge_samples(options).size());
    // As the network divides the energy: 2 and 1 layers, then 1 and 1.
    const Tensor deposited = truth.at("response") * incident * options.response;
    const auto energy = [&](std::int64_t begin, std::int64_t end) {
        return showers.slice(4, begin, end).sum({1, 2, 3, 4}).unsqueeze(1);
    };
    EXPECT_TRUE(torch::allclose(deposited, energy(0, 3), 1e-5));
    EXPECT_TRUE(torch::allclose(truth.at("split_ratio_0").squeeze(1), energy(0, 2) / energy(2, 3), 1e-4));
    EXPECT_TRUE(torch::allclose(truth.at("split_ratio_1").squeeze(1), energy(0, 1) / energy(1, 2), 1e-4));
    EXPECT_TRUE(torch::equal(truth.at("split_outcome_0"), torch::full({7, 1, 1}, 2.0)));
    const Tensor part = truth.at("cells_2_01");  // (even, odd) of layer 1
    EXPECT_TRUE(torch::allclose(part[3][0][2][1] * options.mip, showers[3][0][4][3][1]));
}

TEST(ForgeTruth, CentresAreBlurredByWhatPiecesOfSomeMipWouldMakeOfThem) {
    const auto options = small_options();
    auto batch = small_showers(7);
    ForgeShowers given = windowed(filled(batch, torch::kCPU, small_options(), 1, 0), small_options());
    const Tensor line = given.showers.sum({1, 3, 4}) / options.mip;  // along x
    const Tensor at =
        (torch::arange(6) - 2.5).unsqueeze(0) - given.conditions.at("impact").slice(1, 0, 1) / options.cell_x;
    const Tensor energy = line.sum(1), mean = (line * at).sum(1) / energy;
    const auto drawn = [&](double blur) {
        given.blur = torch::full({7, 3}, blur);
        return torch::log(forge_truth(options, given).drawn.at("centre_x_exp")).squeeze(1);
    };
    EXPECT_TRUE(torch::allclose(drawn(0), mean, 1e-4, 1e-4));
    const Tensor variance = 6 * ((line * at * at).sum(1) / energy + 0.01) / energy;
    EXPECT_TRUE(torch::allclose(drawn(2) - mean, 2 * torch::sqrt(variance), 1e-3, 1e-4));
}

TEST(ForgeTruth, TheWidthIsTheMeanSquareDistanceFromTheAxis) {
    const auto options = small_options();
    auto batch = small_showers(7);
    ForgeShowers given = windowed(filled(batch, torch::kCPU, small_options(), 1, 0), small_options());
    const auto at = [&](std::int64_t axis) {
        return (torch::arange(6) - 2.5).unsqueeze(0) -
               given.conditions.at("impact").slice(1, axis, axis + 1) / options.cell_x;
    };
    const Tensor cells = given.showers.sum({1, 4});  // (N, X, Y)
    const Tensor square = at(0).square().unsqueeze(2) + at(1).square().unsqueeze(1);
    const auto mean = [&](const Tensor& of) { return (cells * of).sum({1, 2}) / cells.sum({1, 2}); };
    const auto drawn = [&](double blur) {
        given.blur = torch::full({7, 3}, blur);
        return torch::log(forge_truth(options, given).drawn.at("width_square")).squeeze(1);
    };
    EXPECT_TRUE(torch::allclose(drawn(0), torch::log(mean(square) + 0.01), 1e-4, 1e-4));
    // By what a mean of independent pieces of 4 MIP would have.
    const Tensor shifted = square + 0.01, own = mean(shifted);
    const Tensor variance =
        (mean(shifted * shifted) / (own * own) - 1 + 0.01) * 4 * options.mip / cells.sum({1, 2});
    EXPECT_TRUE(torch::allclose(drawn(1) - drawn(0), torch::sqrt(variance).clamp_max(0.7), 1e-2, 1e-3));
}

TEST(ForgeTruth, EveryShowerIsBlurredAnewAndByItsNumber) {
    auto batch = small_showers(7);
    const Tensor first = windowed(filled(batch, torch::kCPU, small_options(), 1, 0), small_options()).blur;
    EXPECT_EQ(first.sizes(), (std::vector<std::int64_t>{7, 3}));
    EXPECT_TRUE(torch::equal(filled(batch, torch::kCPU, small_options(), 1, 3).blur.slice(0, 0, 4),
                             first.slice(0, 3)));
    EXPECT_FALSE(torch::equal(filled(batch, torch::kCPU, small_options(), 2, 0).blur, first));
}

TEST(ForgeTruth, TurnedShowersKeepTheirImpactPoint) {
    auto batch = small_showers(3);
    const Tensor showers = torch::from_blob(batch.cells.data(), {3, 1, 6, 6, 3});
    const Tensor impact = torch::from_blob(batch.conditions.values("impact").data(), {3, 2});
    // The energy-weighted mean place, less the impact point, turns along with the shower.
    const auto centre = [](const Tensor& cells) {
        const Tensor line = 5 * (torch::arange(6) - 2.5);
        const Tensor sum = cells.sum({1, 2, 3, 4});
        return torch::stack(
            {(cells.sum({1, 3, 4}) * line).sum(1) / sum, (cells.sum({1, 2, 4}) * line).sum(1) / sum}, 1);
    };
    const Tensor before = (centre(showers) - impact).abs();
    for (int symmetry = 0; symmetry < 8; ++symmetry) {
        Tensor turned = showers;
        model::TensorMap conditions{{"impact", impact}};
        train::turn(symmetry, turned, conditions);
        const Tensor after = (centre(turned) - conditions.at("impact")).abs();
        EXPECT_TRUE(torch::allclose(symmetry & 4 ? after.flip(1) : after, before, 1e-4, 1e-4)) << symmetry;
    }
}

}  // namespace
}  // namespace caloforge::family::forge::test
