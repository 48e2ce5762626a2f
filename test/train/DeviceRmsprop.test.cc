#include "train/DeviceRmsprop.hh"

#include <gtest/gtest.h>

#include "train/AveragedWeights.hh"

namespace caloforge::train::test {
namespace {

using torch::Tensor;

torch::optim::RMSpropOptions options() {
    return torch::optim::RMSpropOptions(0.01).alpha(0.9).eps(1e-7);
}

TEST(DeviceRmsprop, IsLibtorchsOwn) {
    torch::manual_seed(1);
    const std::vector<Tensor> start{torch::randn({3, 4}), torch::randn({5}), torch::randn({2})};
    std::vector<Tensor> a, b;
    for (const Tensor& x : start) {
        a.push_back(x.clone().requires_grad_());
        b.push_back(x.clone().requires_grad_());
    }
    torch::optim::RMSprop own(a, options()), device(b, options());
    for (int step = 0; step < 5; ++step) {
        const double rate = 0.01 / (step + 1);
        // The last has no gradient in the first steps.
        for (std::size_t i = 0; i < (step < 2 ? 2U : 3U); ++i)
            a[i].mutable_grad() = b[i].mutable_grad() = torch::randn_like(a[i]);
        static_cast<torch::optim::RMSpropOptions&>(own.param_groups()[0].options()).lr(rate);
        own.step();
        DeviceRmsprop(device).begin();
        DeviceRmsprop(device).step(torch::tensor(rate));
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_TRUE(torch::allclose(a[i], b[i], 1e-6, 1e-7)) << i;
        EXPECT_FALSE(torch::equal(b[i], start[i]));
        using State = torch::optim::RMSpropParamState;
        const auto& mine = static_cast<const State&>(*device.state().at(b[i].unsafeGetTensorImpl()));
        const auto& known = static_cast<const State&>(*own.state().at(a[i].unsafeGetTensorImpl()));
        EXPECT_TRUE(torch::allclose(mine.square_avg(), known.square_avg(), 1e-6, 1e-9)) << i;
        EXPECT_EQ(mine.step(), 5);
    }
}

TEST(AveragedWeights, ForgetTheSameByNumberAndByTensor) {
    const Tensor x = torch::tensor({1.0F, 2.0F}), y = x.clone();
    AveragedWeights by_number({x}), by_tensor({y});
    for (const double keep : {0.5, 0.9}) {
        x.add_(1);
        y.add_(1);
        by_number.update(keep);
        by_tensor.update(torch::tensor(1 - keep));
    }
    const AveragedWeights::InUse a(by_number), b(by_tensor);
    EXPECT_NEAR(x[0].item<double>(), 1 * 0.45 + 2 * 0.45 + 3 * 0.1, 1e-6);
    EXPECT_TRUE(torch::allclose(x, y));
}

}  // namespace
}  // namespace caloforge::train::test
