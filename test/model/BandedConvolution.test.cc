#include "model/BandedConvolution.hh"

#include <gtest/gtest.h>

#include "model/Device.hh"
#include "network/ConvolutionLayers.hh"

namespace caloforge::model::test {
namespace {

using network::ConvolutionAxis;
using torch::Tensor;

struct Case {
    const char* name;
    std::int64_t channels, filters;
    std::vector<std::int64_t> cells;
    std::vector<ConvolutionAxis> axes;
};

ConvolutionAxis axis(std::int64_t cells, std::int64_t kernel, std::int64_t low, std::int64_t high,
                     std::int64_t stride = 1) {
    return {kernel, stride, low, high, (low + cells + high - kernel) / stride + 1};
}

class Banded : public ::testing::TestWithParam<Case> {};

/// Results and gradients, against libtorch's convolution in three dimensions.
TEST_P(Banded, IsTheConvolution) {
    const Case& c = GetParam();
    torch::manual_seed(3);
    const auto numbers = torch::dtype(torch::kFloat64);
    Tensor x = torch::randn({3, c.channels, c.cells[0], c.cells[1], c.cells[2]}, numbers).requires_grad_();
    Tensor weight =
        torch::randn({c.filters, c.channels, c.axes[0].kernel, c.axes[1].kernel, c.axes[2].kernel}, numbers);
    weight.requires_grad_();
    Tensor bias = torch::randn({c.filters}, numbers).requires_grad_();
    std::vector<std::int64_t> zeros, stride;
    for (const ConvolutionAxis& a : c.axes) {
        zeros.insert(zeros.begin(), {a.low, a.high});
        stride.push_back(a.stride);
    }
    const auto banded = BandedConvolution::make(c.axes, weight);
    ASSERT_TRUE(banded);
    const std::vector<Tensor> of{x, weight, bias};
    for (const Tensor& shift : {bias, Tensor()}) {
        const Tensor plain = torch::conv3d(torch::constant_pad_nd(x, zeros), weight, shift, stride);
        const Tensor made = (*banded)(x, weight, shift);
        ASSERT_EQ(made.sizes(), plain.sizes());
        EXPECT_TRUE(torch::allclose(made, plain, 1e-12, 1e-12));
        const Tensor pull = torch::randn_like(plain);
        const auto wanted = torch::autograd::grad({plain}, of, {pull}, {}, false, true);
        const auto got = torch::autograd::grad({made}, of, {pull}, {}, false, true);
        for (std::size_t i = 0; i < of.size(); ++i) {
            ASSERT_EQ(got[i].defined(), wanted[i].defined());
            EXPECT_TRUE(!got[i].defined() || torch::allclose(got[i], wanted[i], 1e-11, 1e-11)) << i;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Banded,
    ::testing::Values(
        Case{"same", 2, 3, {5, 4, 6}, {axis(5, 3, 1, 1), axis(4, 3, 1, 1), axis(6, 5, 2, 2)}},
        Case{"uneven", 3, 2, {5, 6, 7}, {axis(5, 4, 1, 2), axis(6, 2, 0, 1), axis(7, 4, 1, 2)}},
        Case{"valid", 1, 4, {6, 5, 9}, {axis(6, 3, 0, 0), axis(5, 5, 0, 0), axis(9, 4, 0, 0)}},
        Case{"strided", 2, 2, {7, 6, 5}, {axis(7, 3, 1, 1, 2), axis(6, 2, 0, 0, 3), axis(5, 3, 1, 1)}}),
    [](const auto& one) { return std::string(one.param.name); });

/// In float32 on a GPU, against the CPU in float64.
TEST_P(Banded, IsTheConvolutionOnADevice) {
    if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
    const Tf32Scope full(torch::kCUDA, Precision::float32);
    const Case& c = GetParam();
    torch::manual_seed(3);
    const auto numbers = torch::dtype(torch::kFloat64);
    Tensor x = torch::randn({9, c.channels, c.cells[0], c.cells[1], c.cells[2]}, numbers).requires_grad_();
    Tensor weight =
        torch::randn({c.filters, c.channels, c.axes[0].kernel, c.axes[1].kernel, c.axes[2].kernel}, numbers);
    weight.requires_grad_();
    const auto banded = BandedConvolution::make(c.axes, weight);
    const auto there = [](const Tensor& a) {
        return a.detach().to(torch::kCUDA, torch::kFloat32).requires_grad_();
    };
    Tensor x_there = there(x), weight_there = there(weight);
    const Tensor plain = (*banded)(x, weight, Tensor());
    const Tensor made = (*banded)(x_there, weight_there, Tensor());
    const Tensor pull = torch::randn_like(plain);
    const auto wanted = torch::autograd::grad({plain}, {x, weight}, {pull});
    const auto got =
        torch::autograd::grad({made}, {x_there, weight_there}, {pull.to(torch::kCUDA, torch::kFloat32)});
    const auto off = [](const Tensor& a, const Tensor& b) {
        return ((a.to(torch::kCPU, torch::kFloat64) - b).abs().max() / b.abs().max()).item<double>();
    };
    EXPECT_LT(off(made, plain), 1e-5);
    EXPECT_LT(off(got[0], wanted[0]), 1e-5);
    EXPECT_LT(off(got[1], wanted[1]), 1e-5);
}

TEST(BandedConvolution, IsLeftOutWhereItDoesNotPay) {
    const Tensor weight = torch::zeros({2, 2, 3, 3, 3});
    const auto axes = [](std::int64_t cells, std::int64_t stride) {
        return std::vector<ConvolutionAxis>{axis(9, 3, 1, 1), axis(9, 3, 1, 1), axis(cells, 3, 1, 1, stride)};
    };
    EXPECT_TRUE(BandedConvolution::make(axes(48, 1), weight));
    EXPECT_FALSE(BandedConvolution::make(axes(49, 1), weight));
    EXPECT_FALSE(BandedConvolution::make(axes(9, 2), weight));
    EXPECT_FALSE(BandedConvolution::make({axis(9, 3, 1, 1), axis(9, 3, 1, 1)}, torch::zeros({2, 2, 3, 3})));
    EXPECT_FALSE(BandedConvolution::make(axes(40, 1), torch::zeros({512, 512, 3, 3, 3})));
}

}  // namespace
}  // namespace caloforge::model::test
