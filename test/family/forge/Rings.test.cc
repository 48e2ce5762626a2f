#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/Random.hh"
#include "core/TemporaryFolder.hh"
#include "family/forge/ForgeLikelihood.hh"
#include "family/forge/ForgeShowers.hh"
#include "family/forge/SiliconStack.hh"
#include "infer/Model.hh"
#include "train/TinyTraining.hh"

// Cylindrical cells.
namespace caloforge::family::forge::test {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

constexpr std::size_t sectors = 8, rings = 5, layers = 4;

geometry::ReadoutRings readout() {
    return geometry::ReadoutRings::regular(layers, sectors, rings, 5);
}

// Deposits fall with the ring; more of them at higher energies.
data::ShowerBatch ring_showers(std::size_t count, std::uint64_t seed = 1) {
    data::ShowerBatch batch{readout(), sample::Columns(count, sample::Fields{sample::energy_field}), {}};
    batch.cells.resize(count * batch.readout.cells());
    for (std::size_t i = 0; i < count; ++i) {
        const core::RandomStream random(seed, i, 0);
        batch.conditions.values("energy")[i] = static_cast<float>(10 + 90 * random.uniform_at(0));
        for (std::size_t c = 0; c < batch.readout.cells(); ++c) {
            const auto element = static_cast<std::uint32_t>(2 * c + 2);
            if (random.uniform_at(element) < 0.3) continue;
            const double mean =
                3e-5 * batch.conditions.values("energy")[i] * std::exp(-0.7 * static_cast<double>(c % rings));
            batch.shower(i)[c] = static_cast<float>(mean * (0.5 + random.uniform_at(element + 1)));
        }
    }
    return batch;
}

network::ForgeOptions options() {
    network::ForgeOptions out;
    out.nx = sectors;
    out.ny = rings;
    out.nz = layers;
    out.ring_edges = {0, 5, 10, 15, 20, 25};
    out.cell_x = out.cell_y = 5;
    out.mip = 1e-4;
    out.response = 0.001;
    out.impact = false;
    return out;
}

TEST(RingShowers, TurnWithinTheirRings) {
    const auto batch = ring_showers(20);
    const ForgeShowers given = filled(batch, torch::kCPU, options(), 1, 0);
    ASSERT_EQ(given.showers.sizes(), (std::vector<std::int64_t>{20, 1, sectors, rings, layers}));
    EXPECT_EQ(given.showers[3][0][2][4][1].item<float>(), batch.shower(3)[(1 * sectors + 2) * rings + 4]);
    const ForgeShowers turned = augmented(given, options(), 1, 0);
    EXPECT_FALSE(torch::equal(turned.showers, given.showers));
    EXPECT_TRUE(torch::equal(std::get<0>(turned.showers.sort(2)), std::get<0>(given.showers.sort(2))));
}

// Sectors go round: turned by two, which keeps the groups of cells, cells are as likely.
TEST(RingShowers, CellsHaveNoFirstSector) {
    const auto batch = ring_showers(6);
    ForgeShowers given = windowed(filled(batch, torch::kCPU, options(), 1, 0), options());
    given.blur = torch::zeros_like(given.blur);
    ForgeShowers turned = given;
    turned.showers = given.showers.roll(2, 2).contiguous();
    ForgeLikelihood likelihood(options(), network::forge_generator(options()), torch::kCPU, 1);
    const torch::NoGradGuard no_grad;
    const Tensor before = likelihood(given).cells, after = likelihood(turned).cells;
    EXPECT_TRUE(torch::allclose(before, after, 1e-4, 1e-2)) << before << after;
    turned.showers = given.showers.flip(2).contiguous();
    EXPECT_FALSE(torch::allclose(before, likelihood(turned).cells, 1e-4, 1e-2));
}

class RingTraining : public ::testing::Test {
  protected:
    void SetUp() override { std::ofstream(detector_) << silicon_stack(11, layers); }

    train::TrainConfig config(data::ShowerBatch batch) const {
        data::WriteOptions write;
        write.layout = data::Layout::calochallenge;
        data::ShowerWriter writer(data_, batch.readout, write);
        writer.append(std::move(batch));
        writer.commit();
        train::TrainConfig out =
            train::test::tiny_config(data_, 60,
                                     "model.network = 'forge'\nforge.hidden = 6\nforge.core = 6\n"
                                     "optimiser.learning_rate = 1e-2\noptimiser.warm_up_steps = 5\n");
        out.detector = detector_.string();
        out.batch = 16;
        return out;
    }

    caloforge::test::TemporaryFolder folder_;
    fs::path data_ = folder_.path() / "showers.h5";
    fs::path detector_ = folder_.path() / "stack.toml";
};

TEST_F(RingTraining, AModelMakesThem) {
    const auto result = train::Training(config(ring_showers(320)), "", folder_.path() / "run", false).run();
    const infer::Model model = infer::Model::find(result.model.string());
    EXPECT_TRUE(model.readout().same_shape(readout())) << model.readout().text();
    constexpr std::size_t count = 300;
    sample::Columns asked(count, {sample::energy_field});
    std::ranges::fill(asked.values("energy"), 50.0F);
    std::vector<sample::Key> keys;
    for (std::uint64_t i = 0; i < count; ++i) keys.push_back({7, i});
    sample::Columns made = model.session().run(keys, asked.view());
    const Tensor showers =
        torch::from_blob(made.values("showers").data(), {count, layers, sectors, rings}).clone();
    const Tensor profile = showers.mean({0, 1, 2}), around = showers.mean({0, 1, 3});
    double norm = 0;
    for (std::size_t r = 0; r < rings; ++r) norm += std::exp(-0.7 * static_cast<double>(r));
    const double all = profile.sum().item<double>();
    for (std::size_t r = 0; r < rings; ++r) {
        const double wanted = std::exp(-0.7 * static_cast<double>(r)) / norm;
        EXPECT_NEAR(profile[static_cast<std::int64_t>(r)].item<double>() / all, wanted, 0.2 * wanted + 0.01)
            << r;
    }
    EXPECT_LT((around / around.mean() - 1).abs().max().item<double>(), 0.15);
    const double total = showers.sum({1, 2, 3}).mean().item<double>();
    const double wanted = 3e-5 * 50 * 0.7 * norm * layers * sectors;
    EXPECT_NEAR(total, wanted, 0.08 * wanted);
}

TEST_F(RingTraining, TakesAnEvenNumberOfSectorsAlikeInAllLayers) {
    const auto message = [&](const geometry::ReadoutRings& cells) {
        data::ShowerBatch batch{cells, sample::Columns(320, {sample::energy_field}), {}};
        batch.cells.assign(320 * batch.readout.cells(), 1e-3F);
        std::ranges::fill(batch.conditions.values("energy"), 20.0F);
        return caloforge::test::message_of<core::InputError>(
            [&] { train::Training(config(std::move(batch)), "", folder_.path() / "run", false); });
    };
    EXPECT_THAT(message(geometry::ReadoutRings::regular(layers, 7, rings, 5)),
                testing::HasSubstr("even number of sectors"));
    EXPECT_THAT(message(geometry::ReadoutRings::regular(layers + 1, 8, rings, 5)),
                testing::HasSubstr("the detector `stack` has 4 layers"));
}

}  // namespace
}  // namespace caloforge::family::forge::test
