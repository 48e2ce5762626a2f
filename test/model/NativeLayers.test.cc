#include "model/NativeLayers.hh"

#include <gtest/gtest.h>

#include "model/Network.hh"

namespace caloforge::model::test {
namespace {

using core::Json;
using network::NetworkSpec;
using torch::Tensor;

/// Convolutions of several kinds with and without what may follow them.
NetworkSpec small_discriminator() {
    NetworkSpec spec{
        "small", {{"x", {2, 7, 6, 9}, ""}}, {}, {{"y", {5, 7, 4, 8}, ""}, {"kept", {3, 7, 6, 9}, ""}}};
    const auto convolution = [](int filters, Json kernel, Json padding, bool bias) {
        return Json{{"filters", filters},
                    {"kernel", std::move(kernel)},
                    {"padding", std::move(padding)},
                    {"bias", bias},
                    {"initialiser", "glorot_uniform"}};
    };
    spec.layers = {{"c1", "conv3d", {"x"}, convolution(3, {5, 4, 3}, "same", true)},
                   {"a1", "leaky_relu", {"c1"}, {{"slope", 0.3}}},
                   {"d1", "dropout", {"a1"}, {{"rate", 0.2}, {"stream", 1}}},
                   {"c2", "conv3d", {"d1"}, convolution(3, {3, 3, 3}, {1, 1, 1}, true)},
                   {"a2", "leaky_relu", {"c2"}, {{"slope", 0.1}}},
                   {"n2", "batch_norm", {"a2"}, Json::object()},
                   {"d2", "dropout", {"n2"}, {{"rate", 0.4}, {"stream", 2}}},
                   {"kept", "scale", {"a2"}, {{"factor", 2}}},  // a2 is read twice
                   {"c3", "conv3d", {"d2"}, convolution(4, {2, 2, 2}, "valid", false)},
                   {"n3", "batch_norm", {"c3"}, Json::object()},
                   {"p4", "pad", {"n3"}, {{"padding", {1, 0, 2}}}},
                   {"c4", "conv3d", {"p4"}, convolution(5, {2, 2, 5}, "valid", false)},
                   {"d4", "dropout", {"c4"}, {{"rate", 0.1}, {"stream", 3}}},
                   {"y", "scale", {"d4"}, {{"factor", 3}}}};
    return spec;
}

struct Result {
    TensorMap outputs;
    std::map<std::string, Tensor> gradients, buffers;
};

Result run(Network::Kernels kernels, torch::ScalarType type, const SumOverRanks* sum = nullptr,
           std::int64_t first = 0, std::int64_t last = 5) {
    torch::manual_seed(3);
    Network network(small_discriminator());
    network.initialise(4);
    {
        const torch::NoGradGuard no_grad;  // every tensor counts
        std::int64_t seed = 0;
        for (auto& item : network.named_parameters()) {
            torch::manual_seed(++seed);
            item.value().add_(0.1 * torch::randn(item.value().sizes()));
        }
    }
    network.to(type);
    network.use_kernels(kernels);
    torch::manual_seed(9);
    const Tensor x =
        torch::randn({5, 2, 7, 6, 9}).slice(0, first, last).to(type).clone().requires_grad_(true);
    const std::vector<std::uint64_t> all{10, 11, 12, 13, 14};
    const auto samples =
        std::span(all).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
    Result out;
    out.outputs = network.forward({{"x", x}}, {true, true, 1, samples, sum});
    // Smooth and different for every cell.
    Tensor loss = torch::zeros({}, type);
    for (const auto& [name, y] : out.outputs) {
        const Tensor weight = torch::arange(y[0].numel(), type).mul_(0.01).sin_().view(y[0].sizes());
        loss = loss + (y * weight).sin().sum() / static_cast<double>(last - first);
    }
    loss.backward();
    for (const auto& item : network.named_parameters()) out.gradients[item.key()] = item.value().grad();
    for (const auto& item : network.named_buffers()) out.buffers[item.key()] = item.value();
    out.gradients["x"] = x.grad() * static_cast<double>(last - first);
    return out;
}

double off(const Tensor& a, const Tensor& exact) {
    return ((a.to(torch::kFloat64) - exact).abs().max() / exact.abs().max()).item<double>();
}

TEST(NativeLayers, AgreeWithLibtorchInDoublePrecision) {
    const Result exact = run(Network::Kernels::stock, torch::kFloat64);
    const Result native = run(Network::Kernels::native, torch::kFloat32);
    for (const auto& [name, y] : exact.outputs) EXPECT_LT(off(native.outputs.at(name), y), 3e-6) << name;
    for (const auto& [name, g] : exact.gradients) EXPECT_LT(off(native.gradients.at(name), g), 1e-5) << name;
    for (const auto& [name, b] : exact.buffers) EXPECT_LT(off(native.buffers.at(name), b), 1e-6) << name;
}

TEST(NativeLayers, AreTheSameOnAnyNumberOfThreads) {
    const int threads = torch::get_num_threads();
    torch::set_num_threads(1);
    const Result one = run(Network::Kernels::native, torch::kFloat32);
    torch::set_num_threads(3);
    const Result three = run(Network::Kernels::native, torch::kFloat32);
    torch::set_num_threads(threads);
    for (const auto& [name, y] : one.outputs) EXPECT_TRUE(torch::equal(y, three.outputs.at(name))) << name;
    for (const auto& [name, g] : one.gradients)
        EXPECT_TRUE(torch::equal(g, three.gradients.at(name))) << name;
}

TEST(NativeLayers, InferenceUsesRunningStatistics) {
    Network network(small_discriminator());
    network.initialise(4);
    const Tensor x = torch::randn({2, 2, 7, 6, 9});
    const auto stock = network.forward({{"x", x}}, {});
    network.use_kernels(Network::Kernels::native);
    const auto native = network.forward({{"x", x}}, {});
    for (const auto& [name, y] : stock) EXPECT_LT(off(native.at(name), y.to(torch::kFloat64)), 1e-5) << name;
}

}  // namespace
}  // namespace caloforge::model::test
