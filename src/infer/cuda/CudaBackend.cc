#include "infer/cuda/CudaBackend.hh"

#include "engine/cuda/DeviceFacts.hh"
#include "engine/cuda/device/Engine.hh"

namespace caloforge::infer::cuda_backend {
namespace {

using engine::cuda::Engine;

class CudaBackend : public Backend {
  public:
    CudaBackend(const network::WeightsFile& file, const std::string& role, const Engine::Options& options)
        : engine_(file, role, options), at_once_(options.rows_at_a_time.back()) {}

    std::string name() const override { return "cuda"; }
    const sample::Fields& inputs() const override { return engine_.inputs(); }
    const sample::Fields& outputs() const override { return engine_.outputs(); }
    std::size_t at_once() const override { return at_once_; }
    // Threads of the host share the copying; kernels for fewer rows would leave much of the device idle.
    std::size_t at_least() const override { return 128; }
    std::vector<engine::cpu::PlanEntry> plan() const override { return engine_.plan(); }

    std::unique_ptr<Run> begin() const override { return std::make_unique<CudaRun>(engine_); }

  private:
    class CudaRun : public Run {
      public:
        explicit CudaRun(const Engine& engine) : engine_(engine), workspace_(engine) {}
        void run(std::span<const sample::Key> keys, const sample::ColumnsView& inputs,
                 std::span<const std::span<float>> outputs) override {
            engine_.run(keys, inputs, workspace_, outputs);
        }
        bool compute(std::span<const sample::Key> keys, const sample::ColumnsView& inputs) override {
            engine_.run(keys, inputs, workspace_, {}, Engine::Fetch::none);
            return true;
        }
        std::size_t bytes() const override { return workspace_.bytes(); }

      private:
        const Engine& engine_;
        Engine::Workspace workspace_;
    };

    Engine engine_;
    std::size_t at_once_;
};

}  // namespace

std::unique_ptr<Backend> make(const network::WeightsFile& file, const std::string& role,
                              const std::string& device) {
    Engine::Options options;
    options.device = engine::cuda::device_number(device);
    return std::make_unique<CudaBackend>(file, role, options);
}

}  // namespace caloforge::infer::cuda_backend
