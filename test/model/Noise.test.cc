#include "model/Noise.hh"

#include <gtest/gtest.h>

#include "model/Dropout.hh"
#include "network/Gan3d.hh"

namespace caloforge::model {
namespace {

TEST(Noise, RowIsAFunctionOfItsKey) {
    const auto spec = network::gan3d_generator(1);
    const auto keys = sample::consecutive(5, 100, 16);
    const torch::Tensor together = make_noise(spec, keys).at("latent");
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const torch::Tensor alone = make_noise(spec, std::span(keys).subspan(i, 1)).at("latent");
        EXPECT_TRUE(torch::equal(together[static_cast<std::int64_t>(i)], alone[0]));
    }
    EXPECT_FALSE(torch::equal(make_noise(spec, sample::consecutive(6, 100, 16)).at("latent"), together));
    EXPECT_NEAR(together.mean().item<double>(), 0, 0.06);  // 3,200 values: 3.4 standard errors
    EXPECT_NEAR(together.std().item<double>(), 1, 0.05);
}

TEST(Dropout, MaskDependsOnTheSampleNotOnTheBatch) {
    const torch::Tensor x = torch::rand({4, 3, 5, 6, 7}) + 1;
    const std::vector<std::uint64_t> samples{10, 11, 12, 13};
    const torch::Tensor together = keyed_dropout(x, 0.2, 1, samples, 3);
    const torch::Tensor alone = keyed_dropout(x.slice(0, 2, 3), 0.2, 1, std::span(samples).subspan(2, 1), 3);
    EXPECT_TRUE(torch::equal(together[2], alone[0]));
    EXPECT_FALSE(torch::equal(keyed_dropout(x, 0.2, 1, samples, 4), together));
}

TEST(Dropout, DropsTheStatedShareAndKeepsTheMean) {
    const torch::Tensor x = torch::ones({8, 8, 12, 12, 12});
    const std::vector<std::uint64_t> samples{0, 1, 2, 3, 4, 5, 6, 7};
    const torch::Tensor y = keyed_dropout(x, 0.2, 1, samples, 1);
    EXPECT_NEAR((y == 0).to(torch::kFloat32).mean().item<double>(), 0.2,
                0.005);  // 110,592 elements: 4 standard errors
    EXPECT_NEAR(y.max().item<double>(), 1.25, 1e-6);
}

TEST(Dropout, GradientGoesWhereTheValueWent) {
    const torch::Tensor x = torch::ones({2, 4, 5, 5, 5}).requires_grad_();
    const std::vector<std::uint64_t> samples{0, 1};
    const torch::Tensor y = keyed_dropout(x, 0.5, 1, samples, 1);
    y.sum().backward();
    EXPECT_TRUE(torch::equal(x.grad(), y.detach()));
}

}  // namespace
}  // namespace caloforge::model
