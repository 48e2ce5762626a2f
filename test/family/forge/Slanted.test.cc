#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "core/TemporaryFolder.hh"
#include "family/forge/ForgeShowers.hh"
#include "family/forge/ForgeTruth.hh"
#include "family/forge/SiliconStack.hh"
#include "infer/Model.hh"
#include "train/Symmetry.hh"
#include "train/TinyTraining.hh"

// Showers of several kinds of particles from all directions.
namespace caloforge::family::forge::test {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

constexpr std::size_t wide = 11, layers = 4;
constexpr double cell = 5;
constexpr double first_depth = 0.25, pitch = 10.5;  // mm, of the detector below

// A narrow shower about its particle's axis; photons deposit half of what electrons do.
data::ShowerBatch slanted_showers(std::size_t count, std::uint64_t seed = 1) {
    data::ShowerBatch batch{geometry::ReadoutGrid{wide, wide, layers, cell, cell},
                            sample::Columns(count, {sample::energy_field, sample::impact_field,
                                                    sample::direction_field, sample::particle_field}),
                            {}};
    const auto energies = batch.conditions.values("energy"), impact = batch.conditions.values("impact"),
               direction = batch.conditions.values("direction"),
               particle = batch.conditions.values("particle");
    batch.cells.resize(count * batch.readout.cells());
    for (std::size_t i = 0; i < count; ++i) {
        const core::RandomStream random(seed, i, 0);
        energies[i] = static_cast<float>(10 + 90 * random.uniform_at(0));
        particle[i] = i % 2 == 0 ? 11.0F : 22.0F;
        for (std::uint32_t axis = 0; axis < 2; ++axis)
            impact[2 * i + axis] = static_cast<float>(cell * (random.uniform_at(1 + axis) - 0.5));
        direction[2 * i] = static_cast<float>(0.5 * random.uniform_at(3));
        direction[2 * i + 1] = static_cast<float>(2 * std::numbers::pi * random.uniform_at(4));
        for (std::size_t c = 0; c < batch.readout.cells(); ++c) {
            const double tan =
                std::tan(direction[2 * i]) * (first_depth + pitch * static_cast<double>(c % layers));
            const double x = static_cast<double>(c / layers / wide) - 5 -
                             (impact[2 * i] + tan * std::cos(direction[2 * i + 1])) / cell;
            const double y = static_cast<double>(c / layers % wide) - 5 -
                             (impact[2 * i + 1] + tan * std::sin(direction[2 * i + 1])) / cell;
            const auto element = static_cast<std::uint32_t>(2 * c + 8);
            if (random.uniform_at(element) < 0.2) continue;
            const double mean = 3e-5 * energies[i] * std::exp(-2 * (x * x + y * y)) * (i % 2 == 0 ? 1 : 0.5);
            batch.shower(i)[c] = static_cast<float>(mean * (0.5 + random.uniform_at(element + 1)));
        }
    }
    return batch;
}

network::ForgeOptions options() {
    network::ForgeOptions out;
    out.nx = out.ny = 5;
    out.nz = layers;
    out.grid_x = out.grid_y = wide;
    out.cell_x = out.cell_y = cell;
    out.mip = 1e-4;
    out.response = 0.001;
    for (std::size_t z = 0; z < layers; ++z)
        out.depths.push_back(first_depth + pitch * static_cast<double>(z));
    out.particles = {11, 22};
    return out;
}

// Centres of energy in every layer, (N, Z, 2), from the middle of the cells.
Tensor centres(const Tensor& showers) {
    const auto line = [](std::int64_t cells) {
        return torch::arange(cells, torch::kFloat32) - 0.5 * static_cast<double>(cells - 1);
    };
    const Tensor sum = showers.sum({1, 2, 3});
    const Tensor x = (showers.sum({1, 3}) * line(showers.size(2)).reshape({1, -1, 1})).sum(1) / sum;
    const Tensor y = (showers.sum({1, 2}) * line(showers.size(3)).reshape({1, -1, 1})).sum(1) / sum;
    return torch::stack({x, y}, 2);
}

TEST(SlantedShowers, TheWindowFollowsTheAxis) {
    const auto batch = slanted_showers(40);
    const ForgeShowers given = filled(batch, torch::kCPU, options(), 1, 0);
    const ForgeShowers in_window = windowed(given, options());
    ASSERT_EQ(in_window.showers.sizes(), (std::vector<std::int64_t>{40, 1, 5, 5, 4}));
    // What is about the axis stays, and lies in the middle.
    EXPECT_GT((in_window.showers.sum() / given.showers.sum()).item<double>(), 0.98);
    EXPECT_LT(centres(in_window.showers).abs().max().item<double>(), 1.2);
    EXPECT_GT(centres(given.showers).abs().max().item<double>(), 2.5);
    // The largest cell of a layer is the largest of its window.
    EXPECT_TRUE(torch::equal(in_window.showers.amax({1, 2, 3}), given.showers.amax({1, 2, 3})));
}

TEST(SlantedShowers, CentresAreCountedFromTheAxis) {
    const auto batch = slanted_showers(30);
    ForgeShowers given = windowed(filled(batch, torch::kCPU, options(), 1, 0), options());
    given.blur = torch::zeros_like(given.blur);
    const auto drawn = forge_truth(options(), given).drawn;
    for (const char* axis : {"x", "y"}) {
        const Tensor centre = torch::log(drawn.at(std::string("centre_") + axis + "_exp"));
        EXPECT_LT(centre.abs().max().item<double>(), 0.25) << axis;
    }
}

TEST(SlantedShowers, DirectionsTurnWithTheirShowers) {
    const auto batch = slanted_showers(20);
    const ForgeShowers given = filled(batch, torch::kCPU, options(), 1, 0);
    const Tensor before = (centres(given.showers) - axis_of(given, options())).abs();
    for (int symmetry = 0; symmetry < train::symmetries; ++symmetry) {
        ForgeShowers turned = given;
        train::turn(symmetry, turned.showers, turned.conditions);
        const Tensor after = (centres(turned.showers) - axis_of(turned, options())).abs();
        EXPECT_TRUE(torch::allclose(symmetry & 4 ? after.flip(2) : after, before, 1e-3, 1e-3)) << symmetry;
    }
}

class SlantedTraining : public ::testing::Test {
  protected:
    void SetUp() override { std::ofstream(detector_) << silicon_stack(wide, layers, pitch - 0.5); }

    train::TrainConfig config(data::ShowerBatch batch, const std::string& toml = "") const {
        data::ShowerWriter writer(data_, batch.readout);
        writer.append(std::move(batch));
        writer.commit();
        train::TrainConfig out = train::test::tiny_config(
            data_, 80,
            "model.network = 'forge'\nforge.window = 5\nforge.hidden = 6\nforge.core = 6\n"
            "optimiser.learning_rate = 1e-2\noptimiser.warm_up_steps = 5\n" +
                toml);
        out.detector = detector_.string();
        out.batch = 16;
        return out;
    }

    /// With these held out.
    train::TrainConfig looking_at(data::ShowerBatch held_out) const {
        const fs::path path = folder_.path() / "other.h5";
        data::ShowerWriter writer(path, held_out.readout);
        writer.append(std::move(held_out));
        writer.commit();
        auto out = config(slanted_showers(320));
        out.validation = {path.string()};
        return out;
    }

    caloforge::test::TemporaryFolder folder_;
    fs::path data_ = folder_.path() / "showers.h5";
    fs::path detector_ = folder_.path() / "thick.toml";
};

TEST_F(SlantedTraining, AModelFollowsDirectionAndParticle) {
    const auto result =
        train::Training(config(slanted_showers(320)), "", folder_.path() / "run", false).run();
    const infer::Model model = infer::Model::find(result.model.string());
    ASSERT_NE(model.conditions().find("direction"), nullptr);
    EXPECT_EQ(model.conditions().find("particle")->values, (std::vector<double>{11, 22}));

    constexpr std::size_t count = 400;
    sample::Columns asked(count, {sample::energy_field, sample::direction_field, sample::particle_field});
    for (std::size_t i = 0; i < count; ++i) {
        asked.values("energy")[i] = 50;
        asked.values("direction")[2 * i] = 0.45F;
        asked.values("direction")[2 * i + 1] = 0;
        asked.values("particle")[i] = i < count / 2 ? 11.0F : 22.0F;
    }
    std::vector<sample::Key> keys;
    for (std::uint64_t i = 0; i < count; ++i) keys.push_back({7, i});
    sample::ColumnsView view(count);
    for (const char* name : {"energy", "direction", "particle"}) view.add(name, asked.values(name));
    sample::Columns made = model.session().run(keys, view);
    const Tensor showers = torch::from_blob(made.values("showers").data(), {count, 1, wide, wide, layers});
    const Tensor profile = showers.sum({0, 1, 3});  // (X, Z)
    for (std::int64_t z = 0; z < static_cast<std::int64_t>(layers); ++z) {
        const double axis = std::tan(0.45) * (first_depth + pitch * static_cast<double>(z)) / cell;
        const Tensor line = profile.select(1, z);
        const double centre = ((torch::arange(11, torch::kFloat32) - 5) * line).sum().item<double>() /
                              line.sum().item<double>();
        EXPECT_NEAR(centre, axis, 0.25) << z;
    }
    const Tensor sums = showers.sum({1, 2, 3, 4});
    const double ratio =
        sums.slice(0, count / 2).mean().item<double>() / sums.slice(0, 0, count / 2).mean().item<double>();
    EXPECT_NEAR(ratio, 0.5, 0.1);
}

TEST_F(SlantedTraining, ShowersHeldOutNeedWhatTheModelIsTold) {
    for (const auto& [field, what] :
         {std::pair{"direction", "directions"}, std::pair{"particle", "particles"}}) {
        auto other = slanted_showers(40, 2);
        other.conditions.remove(field);
        const auto look = looking_at(std::move(other));
        EXPECT_THAT(caloforge::test::message_of<core::InputError>(
                        [&] { train::Training(look, "", folder_.path() / "run", false); }),
                    testing::HasSubstr(std::string("not all files hold ") + what));
    }
}

TEST_F(SlantedTraining, ShowersHeldOutAreOfParticlesThatAreTrainedOn) {
    auto other = slanted_showers(40, 2);
    other.conditions.values("particle")[3] = -11;
    const auto look = looking_at(std::move(other));
    EXPECT_THAT(caloforge::test::message_of<core::InputError>(
                    [&] { train::Training(look, "", folder_.path() / "run", false); }),
                testing::HasSubstr("some showers are of particle -11"));
}

TEST_F(SlantedTraining, AzimuthsThatAreMissingAreNamed) {
    auto batch = slanted_showers(320);
    for (std::size_t i = 0; i < batch.size(); ++i)
        batch.conditions.values("direction")[2 * i + 1] = i % 2 == 0 ? 0.0F : std::numbers::pi_v<float>;
    testing::internal::CaptureStderr();
    train::Training(config(std::move(batch)), "", folder_.path() / "run", false);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("about 20 % of the circle"));
}

TEST_F(SlantedTraining, TooManyKindsAreNoParticles) {
    auto batch = slanted_showers(320);
    for (std::size_t i = 0; i < batch.size(); ++i)
        batch.conditions.values("particle")[i] = static_cast<float>(11 + i % 17);
    EXPECT_THAT(caloforge::test::message_of<core::InputError>(
                    [&] { train::Training(config(std::move(batch)), "", folder_.path() / "run", false); }),
                testing::HasSubstr("at most 16 at once"));
}

}  // namespace
}  // namespace caloforge::family::forge::test
