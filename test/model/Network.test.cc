#include "model/Network.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/Error.hh"
#include "model/PointwiseLayers.hh"
#include "network/Gan3d.hh"
#include "network/PointwiseRows.hh"
#include "network/SpecBuilder.hh"

namespace caloforge::model {
namespace {

using core::Json;
using network::Layer;
using network::NetworkSpec;
using network::Shape;

/// One layer of each type with inputs on which it has gradients everywhere.
struct LayerCase {
    std::string name;
    Layer layer;
    std::vector<Shape> inputs;
    Shape output;
    bool positive = false;  ///< feed positive numbers only (log, power)
};

std::ostream& operator<<(std::ostream& out, const LayerCase& one) {
    return out << one.name;
}

LayerCase layer_case(const std::string& name, const std::string& type, Json parameters,
                     std::vector<Shape> inputs, Shape output, bool positive = false) {
    return {name, {"it", type, {}, std::move(parameters)}, std::move(inputs), std::move(output), positive};
}

std::vector<LayerCase> layer_cases() {
    const Shape image{2, 4, 5, 6};
    std::vector<LayerCase> cases{
        layer_case("Dense", "dense", {{"units", 3}}, {{5}}, {3}),
        layer_case("ConvValid", "conv3d", {{"filters", 3}, {"kernel", {2, 3, 2}}}, {image}, {3, 3, 3, 5}),
        layer_case("ConvSameEven", "conv3d", {{"filters", 3}, {"kernel", {2, 3, 4}}, {"padding", "same"}},
                   {image}, {3, 4, 5, 6}),
        layer_case("ConvPaddedNoBias", "conv3d",
                   {{"filters", 1}, {"kernel", {3, 3, 3}}, {"padding", {1, 1, 1}}, {"bias", false}}, {image},
                   {1, 4, 5, 6}),
        layer_case("ConvStrided", "conv3d",
                   {{"filters", 2}, {"kernel", {3, 2, 2}}, {"stride", {2, 1, 3}}, {"padding", "same"}},
                   {image}, {2, 2, 5, 2}),
        layer_case("Conv2d", "conv2d", {{"filters", 3}, {"kernel", {3, 2}}, {"stride", {2, 1}}}, {{2, 5, 6}},
                   {3, 2, 5}),
        layer_case("ConvTranspose", "conv3d_transpose",
                   {{"filters", 3}, {"kernel", {2, 3, 4}}, {"stride", {2, 1, 2}}, {"padding", {0, 1, 1}}},
                   {image}, {3, 8, 5, 12}),
        layer_case("ConvTranspose2d", "conv2d_transpose",
                   {{"filters", 2}, {"kernel", {3, 3}}, {"stride", {2, 2}}, {"padding", "same"}}, {{2, 3, 4}},
                   {2, 6, 8}),
        layer_case("Conv1d", "conv1d",
                   {{"filters", 3}, {"kernel", {3}}, {"stride", {2}}, {"padding", "same"}}, {{2, 7}}, {3, 4}),
        layer_case("ConvTranspose1d", "conv1d_transpose", {{"filters", 3}, {"kernel", {3}}, {"stride", {2}}},
                   {{2, 5}}, {3, 11}),
        layer_case("UpsampleLine", "upsample", {{"factor", {3}}}, {{2, 4}}, {2, 12}),
        layer_case("PadLine", "pad", {{"padding", {2}}}, {{2, 4}}, {2, 8}),
        layer_case("AveragePoolLine", "average_pool", {{"size", {2}}}, {{2, 5}}, {2, 2}),
        layer_case("InterleaveLine", "interleave", {{"factor", {2}}}, {{2, 3}, {2, 2}}, {2, 5}),
        layer_case("MaxPool", "max_pool", {{"size", {2, 1, 3}}}, {image}, {2, 2, 5, 2}),
        layer_case("MaxPoolFlat", "max_pool", {{"size", {3, 2}}}, {{2, 3, 4}}, {2, 1, 2}),
        layer_case("MaxPoolLine", "max_pool", {{"size", {2}}}, {{2, 5}}, {2, 2}),
        layer_case("UpsampleFlat", "upsample", {{"factor", {2, 3}}}, {{2, 3, 4}}, {2, 6, 12}),
        layer_case("PadFlat", "pad", {{"padding", {1, 2}}}, {{2, 3, 4}}, {2, 5, 8}),
        layer_case("AveragePoolFlat", "average_pool", {{"size", {3, 2}}}, {{2, 3, 4}}, {2, 1, 2}),
        layer_case("Softmax", "softmax", {{"axes", {1, 3}}}, {image}, image),
        layer_case("BatchNorm", "batch_norm", {{"epsilon", 1e-3}, {"momentum", 0.99}}, {image}, image),
        layer_case("Reshape", "reshape", {{"shape", {2, 2, 2, 3}}}, {{24}}, {2, 2, 2, 3}),
        layer_case("Flatten", "flatten", Json::object(), {image}, {240}),
        layer_case("Upsample", "upsample", {{"factor", {2, 1, 3}}}, {image}, {2, 8, 5, 18}),
        layer_case("Pad", "pad", {{"padding", {1, 0, 2}}}, {image}, {2, 6, 5, 10}),
        layer_case("AveragePool", "average_pool", {{"size", {2, 2, 2}}}, {image}, {2, 2, 2, 3}),
        layer_case("SumAll", "sum", {{"axes", {0, 1, 2, 3}}}, {image}, {1}),
        layer_case("SumSome", "sum", {{"axes", {1, 2}}}, {image}, {2, 6}),
        layer_case("Slice", "slice", {{"axis", 3}, {"begin", 1}, {"end", 4}}, {image}, {2, 4, 5, 3}),
        layer_case("Permute", "permute", {{"order", {0, 3, 1, 2}}}, {image}, {2, 6, 4, 5}),
        layer_case("Concat", "concat", Json::object(), {image, image}, {4, 4, 5, 6}),
        layer_case("Add", "add", Json::object(), {image, image}, image),
        layer_case("MultiplySpread", "multiply", Json::object(), {image, {1}}, image),
        layer_case("AddSpreadAxes", "add", Json::object(), {{2, 4, 1, 1}, {1, 1, 5, 6}}, image),
        layer_case("MultiplySpreadChannels", "multiply", Json::object(), {image, {2, 1, 1, 1}}, image),
        layer_case("Interleave", "interleave", {{"factor", {1, 1, 2}}}, {{2, 4, 5, 3}, {2, 4, 5, 2}},
                   {2, 4, 5, 5}),
        layer_case("Move", "move", {{"size", {7, 2}}}, {{2, 5, 4}, {2}}, {2, 7, 2}),
        layer_case("Lookup", "lookup", Json::object(), {{2, 3}, {5}}, {5}),
        layer_case("Scatter", "scatter", {{"shape", {2, 2}}}, {{5}, {5}}, {2, 2}),
        layer_case("ScatterOnto", "scatter", {{"shape", {3}}}, {{5}, {5}, {3}}, {3}),
        layer_case("Take", "take", {{"index", {5, -1, 0, 5}}, {"shape", {2, 2}}}, {{2, 3}}, {2, 2}),
        layer_case("InterleaveFlat", "interleave", {{"factor", {2, 2}}},
                   {{2, 3, 2}, {2, 3, 2}, {2, 2, 2}, {2, 2, 2}}, {2, 5, 4}),
    };
    for (const auto& row : network::pointwise_layers()) {
        const Json parameters = network::test::some_parameters(row);
        cases.push_back(
            layer_case("Pointwise_" + row.type, row.type, parameters, {image}, image, row.traits.positive));
    }
    return cases;
}

class LayerTest : public ::testing::TestWithParam<LayerCase> {
  protected:
    LayerTest() {
        const LayerCase& one = GetParam();
        NetworkSpec spec{"test", {}, {one.layer}, {{"it", one.output, "1"}}};
        torch::manual_seed(3);
        for (std::size_t i = 0; i < one.inputs.size(); ++i) {
            const std::string name = "in" + std::to_string(i);
            spec.inputs.push_back({name, one.inputs[i], "1"});
            spec.layers[0].inputs.push_back(name);
            Shape shape = one.inputs[i];
            shape.insert(shape.begin(), 3);
            torch::Tensor value = torch::randn(shape, torch::kFloat32);
            // Away from the kinks of relu and threshold, where a difference quotient means nothing.
            value = torch::where(value.abs() < 0.2, value + 0.5, value);
            inputs_[name] = (one.positive ? value.abs() : value).requires_grad_();
        }
        network_ = std::make_shared<Network>(spec);
        network_->initialise(5);
    }

    torch::Tensor run(const TensorMap& inputs) { return network_->forward(inputs, {}).at("it"); }

    TensorMap inputs_;
    std::shared_ptr<Network> network_;
};

TEST_P(LayerTest, HasTheStatedShape) {
    Shape wanted = GetParam().output;
    wanted.insert(wanted.begin(), 3);
    EXPECT_EQ(run(inputs_).sizes().vec(), wanted);
}

/// Gradients with respect to inputs and parameters against difference quotients along a random direction.
TEST_P(LayerTest, GradientAgreesWithDifferenceQuotient) {
    const torch::Tensor out = run(inputs_);
    const torch::Tensor weights = torch::randn_like(out);
    std::vector<torch::Tensor> leaves;
    for (auto& [name, value] : inputs_) leaves.push_back(value);
    for (auto& parameter : network_->parameters()) leaves.push_back(parameter);
    const auto gradients = torch::autograd::grad({(out * weights).sum()}, leaves, {}, {}, false, true);
    // What is rounded to whole numbers changes nothing until it jumps.
    const auto is_flat = [&](std::size_t leaf) {
        const std::string& type = GetParam().layer.type;
        const bool has_places = type == "move" || type == "lookup" || type == "scatter";
        return type == "floor" || (has_places && leaf == 1);
    };
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        const torch::Tensor direction = torch::randn_like(leaves[i]) * 0.1;
        // So short that what is rounded crosses no whole number.
        const double step = is_flat(i) ? 1e-5 : 1e-2;
        const torch::Tensor before = leaves[i].detach().clone();
        const auto value_at = [&](double t) {
            leaves[i].copy_(before + t * direction);
            return (run(inputs_).to(torch::kFloat64) * weights).sum().item<double>();
        };
        const double quotient = (value_at(step) - value_at(-step)) / (2 * step);
        leaves[i].copy_(before);
        if (is_flat(i)) {
            EXPECT_TRUE(!gradients[i].defined() || gradients[i].abs().sum().item<double>() == 0);
            EXPECT_EQ(quotient, 0) << "leaf " << i;
            continue;
        }
        const double wanted = (gradients[i] * direction).to(torch::kFloat64).sum().item<double>();
        const double size = (gradients[i] * direction).abs().to(torch::kFloat64).sum().item<double>();
        EXPECT_GT(size, 0) << "leaf " << i << " has no gradient";
        EXPECT_NEAR(quotient, wanted, 2e-3 * size + 1e-4) << "leaf " << i;
    }
}

INSTANTIATE_TEST_SUITE_P(All, LayerTest, ::testing::ValuesIn(layer_cases()),
                         [](const auto& tested) { return tested.param.name; });

/// What libtorch makes of every row's expression, and of expressions that no row holds yet.
TEST(NetworkTest, PointwiseLayersAreTheirExpressions) {
    auto rows = network::pointwise_layers();
    for (const auto& [name, operands, of_numbers] : network::expression_operations()) {
        network::Expression expression(name, {"x"});
        if (name == "where") expression.of = {network::call("less", "x", 0.25), "x", 0.5};
        if (operands == 2) expression.of.emplace_back(0.75);
        rows.push_back({"operation " + name, {}, expression});
        if (operands != 2 || name == "leaky_relu") continue;
        rows.push_back({"number " + name, {}, network::call(name.c_str(), 0.75, "x")});
        // A second operand that float32 does not round by more than the result shows (x to the e^x would).
        rows.push_back({"tensors " + name, {}, network::call(name.c_str(), "x", network::call("tanh", "x"))});
    }
    for (const auto& row : rows) {
        const auto parameters = network::test::some_values(row);
        std::vector<float> numbers;
        for (float x = 0.0625F; x < 4; x += 0.25F) numbers.push_back(x);
        const torch::Tensor made =
            compile_pointwise(row, parameters)(torch::tensor(numbers)).to(torch::kFloat32);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const double wanted = network::test::value_of(row, parameters, numbers[i]);
            EXPECT_NEAR(made[static_cast<std::int64_t>(i)].item<double>(), wanted,
                        1e-6 * std::abs(wanted) + 1e-7)
                << row.type << " of " << numbers[i];
        }
    }
}

TEST(NetworkTest, EveryLayerTypeIsTested) {
    // These have tests of their own (Noise, Dropout, Sample), or make nothing of any input.
    std::vector<std::string> tested{"random", "dropout", "sample", "choose", "range"};
    for (const auto& one : layer_cases()) tested.push_back(one.layer.type);
    for (const auto& type : network::layer_types()) {
        EXPECT_NE(std::find(tested.begin(), tested.end(), type), tested.end()) << type;
    }
}

TEST(NetworkTest, EvenKernelPadsTheHighSide) {
    NetworkSpec spec{"test",
                     {{"x", {1, 1, 1, 3}, "1"}},
                     {{"c",
                       "conv3d",
                       {"x"},
                       {{"filters", 1}, {"kernel", {1, 1, 2}}, {"padding", "same"}, {"bias", false}}}},
                     {{"c", {1, 1, 1, 3}, "1"}}};
    Network network(spec);
    const torch::NoGradGuard no_grad;
    network.parameters()[0].copy_(torch::tensor({1.0F, 10.0F}).view({1, 1, 1, 1, 2}));
    const auto out = network.forward({{"x", torch::tensor({1.0F, 2.0F, 3.0F}).view({1, 1, 1, 1, 3})}}, {})
                         .at("c")
                         .flatten();
    EXPECT_TRUE(torch::equal(out, torch::tensor({21.0F, 32.0F, 3.0F})));
}

/// Zeros before and after: what they are is seen from a kernel of one tap.
TEST(NetworkTest, PaddingStatesBothSides) {
    NetworkSpec spec{"test",
                     {{"x", {1, 3, 1, 2}, "1"}},
                     {{"c",
                       "conv3d",
                       {"x"},
                       {{"filters", 1},
                        {"kernel", {1, 1, 1}},
                        {"padding", {Json{2, 0}, Json{0, 1}, Json{1, 2}}},
                        {"bias", false}}}},
                     {{"c", {1, 5, 2, 5}, "1"}}};
    Network network(spec);
    const torch::NoGradGuard no_grad;
    network.parameters()[0].fill_(1);
    const torch::Tensor in = torch::arange(1, 7, torch::kFloat32).view({1, 1, 3, 1, 2});
    const torch::Tensor out = network.forward({{"x", in}}, {}).at("c");
    torch::Tensor wanted = torch::zeros({1, 1, 5, 2, 5});
    wanted.slice(2, 2, 5).slice(3, 0, 1).slice(4, 1, 3).copy_(in);
    EXPECT_TRUE(torch::equal(out, wanted));
}

TEST(NetworkTest, ParameterCountsOfTheGan) {
    const auto count = [](const NetworkSpec& spec) {
        const Network network(spec);
        std::int64_t sum = 0;
        for (const auto& parameter : network.parameters()) sum += parameter.numel();
        return sum;
    };
    EXPECT_EQ(count(network::gan3d_generator(1)), 872'808);
    EXPECT_EQ(count(network::gan3d_discriminator(1)), 73'402);
}

TEST(NetworkTest, InitialValuesFollowTheirDistributions) {
    Network network(network::gan3d_generator(1));
    network.initialise(7);
    const auto parameters = network.named_parameters();
    const torch::Tensor dense = parameters["dense/weight"], conv = parameters["conv1/weight"],
                        last = parameters["conv4/weight"];
    EXPECT_NEAR(dense.abs().max().item<double>(), std::sqrt(6.0 / (200 + 3136)), 1e-5);
    EXPECT_NEAR(dense.std().item<double>(), std::sqrt(2.0 / (200 + 3136)), 1e-4);
    EXPECT_NEAR(conv.abs().max().item<double>(), std::sqrt(6.0 / (8 * 288)), 1e-5);
    EXPECT_NEAR(last.std().item<double>(), std::sqrt(2.0 / (6 * 8 + 8)), 0.05);  // 48 values
    EXPECT_EQ(parameters["conv1/bias"].abs().max().item<double>(), 0);
    Network other(network::gan3d_generator(1));
    other.initialise(8);
    EXPECT_FALSE(torch::equal(dense, other.named_parameters()["dense/weight"]));
}

TEST(NetworkTest, StoreAndLoadKeepEveryBit) {
    Network first(network::gan3d_discriminator(3)), second(network::gan3d_discriminator(3));
    first.initialise(1);
    network::WeightsFile file;
    first.store("discriminator", file);
    second.load("discriminator", file);
    const auto a = first.parameters(), b = second.parameters();
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(torch::equal(a[i], b[i]));
    Network other(network::gan3d_discriminator(4));
    EXPECT_THROW(other.load("discriminator", file), core::InputError);
}

TEST(NetworkTest, TrainingMovesStatisticsOnlyWhenAsked) {
    Network network(network::gan3d_discriminator(1));
    network.initialise(1);
    const std::vector<std::uint64_t> samples{0, 1};
    const auto mean = [&] { return network.named_buffers()["norm2/mean"].clone(); };
    const torch::Tensor start = mean();
    const TensorMap inputs{{"showers", torch::rand({2, 1, 25, 25, 25})}};
    network.forward(inputs, {true, false, 1, samples});
    EXPECT_TRUE(torch::equal(mean(), start));
    network.forward(inputs, {true, true, 1, samples});
    EXPECT_FALSE(torch::equal(mean(), start));
}

TEST(NetworkTest, ComputesOnlyWhatIsWanted) {
    network::SpecBuilder builder("two");
    builder.input({"x", {2}, "1"});
    builder.add("a", "dense", {"x"}, {{"units", 3}});
    builder.add("b", "exp", {"a"});
    builder.add("c", "dense", {"x"}, {{"units", 4}});
    builder.output("b", "1").output("c", "1");
    Network network(builder.build());
    network.initialise(1);
    const TensorMap inputs{{"x", torch::rand({5, 2})}};
    const TensorMap all = network.forward(inputs, {}), one = network.forward(inputs, {}, {"c"});
    EXPECT_EQ(all.size(), 2U);
    ASSERT_EQ(one.size(), 1U);
    EXPECT_TRUE(torch::equal(one.at("c"), all.at("c")));
    one.at("c").sum().backward();
    EXPECT_FALSE(network.named_parameters()["a/weight"].grad().defined());
    EXPECT_TRUE(network.named_parameters()["c/weight"].grad().defined());
}

}  // namespace
}  // namespace caloforge::model
