#include "infer/torch/TorchBackend.hh"

#include "engine/cpu/Rewritten.hh"
#include "model/Device.hh"
#include "model/Network.hh"
#include "model/Noise.hh"
#include "model/Threads.hh"

namespace caloforge::infer::torch_backend {
namespace {

class TorchBackend : public Backend {
  public:
    TorchBackend(const network::WeightsFile& file, const std::string& role, const TorchOptions& options)
        : device_(model::find_device(options.device)),
          network_(file.network(role)),
          rewritten_(options.rewritten) {
        model::use_threads(options.threads);
        network_.load(role, file);
        network_.to(device_);
    }

    std::string name() const override { return rewritten_ ? "torch-rewritten" : "torch"; }
    const sample::Fields& inputs() const override { return network_.spec().inputs; }
    const sample::Fields& outputs() const override { return network_.spec().outputs; }
    std::size_t at_once() const override { return 0; }
    int own_threads() const override { return model::threads_used(); }
    std::unique_ptr<Run> begin() const override { return std::make_unique<TorchRun>(*this); }

  private:
    class TorchRun : public Run {
      public:
        explicit TorchRun(const TorchBackend& backend) : backend_(backend) {}
        void run(std::span<const sample::Key> keys, const sample::ColumnsView& inputs,
                 std::span<const std::span<float>> outputs) override {
            backend_.run(keys, inputs, outputs);
        }

      private:
        const TorchBackend& backend_;
    };

    void run(std::span<const sample::Key> keys, const sample::ColumnsView& inputs,
             std::span<const std::span<float>> outputs) const {
        const torch::InferenceMode inference;
        const model::Tf32Scope full(device_, model::Precision::float32);
        model::TensorMap given = model::make_noise(network_.spec(), keys);
        for (const sample::Field& field : network_.spec().inputs) {
            const auto values = inputs.values(field.name);
            std::vector<std::int64_t> shape{static_cast<std::int64_t>(keys.size())};
            shape.insert(shape.end(), field.shape.begin(), field.shape.end());
            torch::Tensor tensor = torch::empty(shape);
            std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
            given[field.name] = tensor;
        }
        for (auto& [name, tensor] : given) tensor = tensor.to(device_);
        const model::TensorMap made = network_.forward(std::move(given), {});
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const torch::Tensor values =
                made.at(network_.spec().outputs[i].name).to(torch::kCPU).contiguous();
            std::copy_n(values.const_data_ptr<float>(), values.numel(), outputs[i].begin());
        }
    }

    torch::Device device_;
    mutable model::Network network_;  ///< a torch module, whose forward() is not const; it changes nothing
    bool rewritten_;
};

}  // namespace

std::unique_ptr<Backend> make(const network::WeightsFile& file, const std::string& role,
                              const TorchOptions& options) {
    return options.rewritten
               ? std::make_unique<TorchBackend>(engine::cpu::rewritten(file, role), role, options)
               : std::make_unique<TorchBackend>(file, role, options);
}

}  // namespace caloforge::infer::torch_backend
