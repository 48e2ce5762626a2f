#include <gtest/gtest.h>

#include <cmath>

#include "core/AtomicFile.hh"
#include "model/Patterns.hh"
#include "network/Gan3d.hh"

namespace caloforge::model::test {
namespace {

// float32 against float64: sums of up to 18,000 products, a few layers deep.
constexpr double tolerance = 2e-5;

/// Values that scripts/reference_3dgan.py computed once with an implementation of its own.
class Reference3dgan : public ::testing::Test {
  protected:
    core::Json reference_ =
        core::Json::parse(core::read_text(CALOFORGE_SOURCE_DIR "/test/model/reference_3dgan.json"));
    double cell_scale_ = reference_.at("cell_scale").get<double>();
};

TEST_F(Reference3dgan, GeneratorMakesTheSameShowers) {
    const torch::NoGradGuard no_grad;
    Network network(network::gan3d_generator(cell_scale_));
    fill(network);
    auto latent = pattern(2 * 200, 100, 1.0);
    auto energy = reference_.at("energy").get<std::vector<float>>();
    const auto showers = network
                             .forward({{"latent", torch::from_blob(latent.data(), {2, 200})},
                                       {"energy", torch::from_blob(energy.data(), {2, 1})}},
                                      {})
                             .at("showers")
                             .contiguous();
    ASSERT_EQ(showers.sizes(), (std::vector<std::int64_t>{2, 1, 25, 25, 25}));
    const auto& wanted = reference_.at("generator");
    for (std::int64_t i = 0; i < 2; ++i) {
        const float* cells = showers.const_data_ptr<float>() + i * 15625;
        const double largest = wanted.at("largest").at(static_cast<std::size_t>(i)).get<double>();
        ASSERT_GT(largest, 0);
        double sum = 0, weighted = 0, most = 0;
        for (int c = 0; c < 15625; ++c) {
            sum += cells[c];
            weighted += cells[c] * std::cos(0.1 * c);
            most = std::max<double>(most, cells[c]);
        }
        const auto row = static_cast<std::size_t>(i);
        EXPECT_NEAR(most, largest, tolerance * largest);
        EXPECT_NEAR(sum / wanted.at("sum").at(row).get<double>(), 1, tolerance);
        EXPECT_NEAR(weighted, wanted.at("weighted").at(row).get<double>(), tolerance * sum);
        const auto probes = wanted.at("probes").get<std::vector<std::size_t>>();
        for (std::size_t k = 0; k < probes.size(); ++k) {
            EXPECT_NEAR(cells[probes[k]], wanted.at("cells").at(row).at(k).get<double>(), tolerance * largest)
                << "cell " << probes[k];
        }
    }
}

TEST_F(Reference3dgan, DiscriminatorGivesTheSameJudgement) {
    const torch::NoGradGuard no_grad;
    Network network(network::gan3d_discriminator(cell_scale_));
    fill(network);
    auto cells = pattern(2 * 15625, 7, 0.01);
    for (float& cell : cells) cell = std::max(cell, 0.0F);
    const auto out = network.forward({{"showers", torch::from_blob(cells.data(), {2, 1, 25, 25, 25})}}, {});
    for (const char* name : {"real", "energy", "sum"}) {
        for (std::int64_t i = 0; i < 2; ++i) {
            const double wanted =
                reference_.at("discriminator").at(name).at(static_cast<std::size_t>(i)).get<double>();
            EXPECT_NEAR(out.at(name)[i].item<double>(), wanted, tolerance * std::max(1.0, std::abs(wanted)))
                << name;
        }
    }
}

}  // namespace
}  // namespace caloforge::model::test
