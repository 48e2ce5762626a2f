#include "network/Gan3d.hh"

#include <gtest/gtest.h>

#include <utility>

#include "network/NetworkPlan.hh"

namespace caloforge::network {
namespace {

using Shapes = std::vector<std::pair<std::string, Shape>>;

/// Every layer in order, with its shape: also pins how many layers there are and what they are called.
void expect_shapes(const NetworkSpec& spec, const Shapes& wanted) {
    const NetworkPlan plan = plan_network(spec);
    ASSERT_EQ(plan.steps.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_EQ(plan.steps[i].layer->name, wanted[i].first);
        EXPECT_EQ(plan.steps[i].plan.output, wanted[i].second) << wanted[i].first;
        EXPECT_EQ(plan.shapes.at(wanted[i].first), wanted[i].second) << wanted[i].first;
    }
}

TEST(Gan3d, ShapesOfTheGenerator) {
    expect_shapes(gan3d_generator(1),
                  {{"latent", {200}},          {"energy_scaled", {1}},        {"latent_scaled", {200}},
                   {"dense", {3136}},          {"seed", {8, 7, 7, 8}},        {"conv1", {64, 7, 7, 8}},
                   {"act1", {64, 7, 7, 8}},    {"norm1", {64, 7, 7, 8}},      {"up1", {64, 14, 14, 16}},
                   {"pad1", {64, 18, 18, 16}}, {"conv2", {6, 13, 14, 9}},     {"act2", {6, 13, 14, 9}},
                   {"norm2", {6, 13, 14, 9}},  {"up2", {6, 26, 28, 27}},      {"pad2", {6, 28, 28, 33}},
                   {"conv3", {6, 26, 26, 26}}, {"act3", {6, 26, 26, 26}},     {"conv4", {1, 25, 25, 25}},
                   {"image", {1, 25, 25, 25}}, {"deposits", {1, 25, 25, 25}}, {"showers", {1, 25, 25, 25}}});
}

TEST(Gan3d, ShapesOfTheDiscriminator) {
    const Shape full{8, 25, 25, 25}, shrunk{8, 23, 23, 23};
    expect_shapes(gan3d_discriminator(1), {{"image", {1, 25, 25, 25}},
                                           {"conv1", {32, 25, 25, 25}},
                                           {"act1", {32, 25, 25, 25}},
                                           {"drop1", {32, 25, 25, 25}},
                                           {"conv2", full},
                                           {"act2", full},
                                           {"norm2", full},
                                           {"drop2", full},
                                           {"conv3", full},
                                           {"act3", full},
                                           {"norm3", full},
                                           {"drop3", full},
                                           {"conv4", shrunk},
                                           {"act4", shrunk},
                                           {"norm4", shrunk},
                                           {"drop4", shrunk},
                                           {"pool", {8, 11, 11, 11}},
                                           {"features", {10648}},
                                           {"real", {1}},
                                           {"energy", {1}},
                                           {"sum", {1}}});
}

TEST(Gan3d, TrainableParametersAsPublished) {
    EXPECT_EQ(plan_network(gan3d_generator(1)).trainable_parameters(), 872808);
    EXPECT_EQ(plan_network(gan3d_discriminator(1)).trainable_parameters(), 73402);
}

TEST(Gan3d, MultiplyAddsOfTheGenerator) {
    // dense   200 x 3136                                =     627,200
    // conv1   64 x 7 x 7 x 8 outputs, 8 x 6 x 6 x 8 taps  =  25,088 x  2,304 =  57,802,752
    // conv2   6 x 13 x 14 x 9,        64 x 6 x 5 x 8      =   9,828 x 15,360 = 150,958,080
    // conv3   6 x 26 x 26 x 26,       6 x 3 x 3 x 8       = 105,456 x    432 =  45,556,992
    // conv4   25 x 25 x 25,           6 x 2 x 2 x 2       =  15,625 x     48 =     750,000
    //                                                                   sum   255,695,024
    // element by element: energy_scaled 1, latent_scaled 200, act1 + norm1 2 x 25,088,
    // act2 + norm2 2 x 9,828, act3 105,456, image + deposits + showers 3 x 15,625: 222,364
    EXPECT_EQ(plan_network(gan3d_generator(1)).macs(), 255'695'024 + 222'364);
}

TEST(Gan3d, MultiplyAddsOfTheDiscriminator) {
    // conv1   32 x 25^3 outputs, 5^3 taps       = 500,000 x   125 =  62,500,000
    // conv2   8 x 25^3,          32 x 5^3       = 125,000 x 4,000 = 500,000,000
    // conv3   8 x 25^3,          8 x 5^3        = 125,000 x 1,000 = 125,000,000
    // conv4   8 x 23^3,          8 x 5^3        =  97,336 x 1,000 =  97,336,000
    // real, energy   2 x 10,648                                   =      21,296
    //                                                         sum   784,857,296
    // element by element: image 15,625, two layers after conv1, three after each other convolution:
    // 2 x 500,000 + 6 x 125,000 + 3 x 97,336 + 15,625 = 2,057,633
    EXPECT_EQ(plan_network(gan3d_discriminator(1)).macs(), 784'857'296 + 2'057'633);
}

TEST(Gan3d, TensorsAreNamedAfterTheirRole) {
    const NetworkSpec spec = gan3d_generator(1);
    const NetworkPlan plan = plan_network(spec);
    const auto tensors_of = [&](const std::string& name) {
        for (const auto& step : plan.steps)
            if (step.layer->name == name) return step.plan.tensors;
        return std::vector<TensorSpec>{};
    };
    const auto conv = tensors_of("conv2");
    ASSERT_EQ(conv.size(), 2U);
    EXPECT_EQ(conv[0].role, "weight");
    EXPECT_EQ(conv[0].shape, (Shape{6, 64, 6, 5, 8}));
    EXPECT_EQ(conv[0].initialiser, "he_uniform");
    EXPECT_EQ(conv[0].fan_in, 64 * 240);
    EXPECT_EQ(conv[0].fan_out, 6 * 240);
    EXPECT_EQ(conv[1].role, "bias");
    const auto last = tensors_of("conv4");
    ASSERT_EQ(last.size(), 1U) << "the last convolution has no bias";
    EXPECT_EQ(last[0].initialiser, "glorot_normal");
    const auto norm = tensors_of("norm1");
    ASSERT_EQ(norm.size(), 4U);
    EXPECT_EQ(norm[2].role, "mean");
    EXPECT_FALSE(norm[2].trainable);
    EXPECT_EQ(norm[3].role, "variance");
    EXPECT_EQ(norm[3].initialiser, "ones");
}

TEST(Gan3d, JsonRoundTrip) {
    for (const double cell_scale : {1.0, 1.0 / 3.0, 127.53}) {
        for (const auto& spec : {gan3d_generator(cell_scale), gan3d_discriminator(cell_scale)}) {
            EXPECT_EQ(NetworkSpec::from_json(spec.json()), spec);
            const auto text = spec.json().dump();
            const auto again = NetworkSpec::from_json(core::Json::parse(text));
            EXPECT_EQ(again, spec);
            EXPECT_EQ(again.json().dump(), text);
        }
    }
}

TEST(Gan3d, TheCellScaleIsUndoneAtTheEnd) {
    const auto find = [](const NetworkSpec& spec, const std::string& name) {
        for (const auto& layer : spec.layers)
            if (layer.name == name) return layer.parameters.at("factor").get<double>();
        return 0.0;
    };
    EXPECT_DOUBLE_EQ(find(gan3d_generator(50), "deposits"), 0.02);
    EXPECT_DOUBLE_EQ(find(gan3d_discriminator(50), "image"), 50.0);
}

}  // namespace
}  // namespace caloforge::network
