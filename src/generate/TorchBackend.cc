#include <numeric>

#include "engine/cpu/Rewritten.hh"
#include "generate/Backend.hh"
#include "model/Device.hh"
#include "model/Network.hh"
#include "model/Noise.hh"

namespace caloforge::generate {
namespace {

class TorchBackend : public Backend {
  public:
    TorchBackend(const network::WeightsFile& file, const std::string& device, int threads, const char* name)
        : device_(model::find_device(device)), network_(file.network("generator")), name_(name) {
        if (threads > 0) torch::set_num_threads(threads);
        network_.load("generator", file);
        network_.to(device_);
    }

    void run(std::uint64_t seed, std::uint64_t first, const Conditions& conditions,
             std::span<float> out) override {
        const torch::InferenceMode inference;
        const model::Tf32Scope full(device_, model::Precision::float32);
        std::vector<std::uint64_t> showers(conditions.size());
        std::iota(showers.begin(), showers.end(), first);
        auto inputs = model::make_noise(network_.spec(), seed, showers);
        for (const network::Port& port : network_.spec().inputs) {
            const auto values = port.name == "impact" ? conditions.impact : conditions.incident;
            torch::Tensor given = torch::empty({static_cast<std::int64_t>(conditions.size()), port.shape[0]});
            std::copy(values.begin(), values.end(), given.data_ptr<float>());
            inputs[port.name] = given;
        }
        for (auto& [name, tensor] : inputs) tensor = tensor.to(device_);
        const torch::Tensor made =
            network_.forward(std::move(inputs), {}).begin()->second.to(torch::kCPU).contiguous();
        std::copy_n(made.const_data_ptr<float>(), made.numel(), out.begin());
    }
    int threads() const override { return torch::get_num_threads(); }
    const char* name() const override { return name_; }

  private:
    torch::Device device_;
    model::Network network_;
    const char* name_;
};

}  // namespace

std::unique_ptr<Backend> make_torch_backend(const network::WeightsFile& file, const std::string& device,
                                            int threads) {
    return std::make_unique<TorchBackend>(file, device, threads, "torch");
}

std::unique_ptr<Backend> make_rewritten_torch_backend(const network::WeightsFile& file,
                                                      const std::string& device, int threads) {
    return std::make_unique<TorchBackend>(engine::cpu::rewritten(file, "generator"), device, threads,
                                          "torch-rewritten");
}

}  // namespace caloforge::generate
