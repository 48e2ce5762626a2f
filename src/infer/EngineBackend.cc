#include "infer/Backend.hh"

namespace caloforge::infer {
namespace {

class EngineBackend : public Backend {
  public:
    EngineBackend(const network::WeightsFile& file, const std::string& role) : engine_(file, role) {}

    std::string name() const override { return "native"; }
    const sample::Fields& inputs() const override { return engine_.inputs(); }
    const sample::Fields& outputs() const override { return engine_.outputs(); }
    std::size_t at_once() const override { return engine::cpu::Engine::together; }
    std::vector<engine::cpu::PlanEntry> plan() const override { return engine_.plan(); }

    std::unique_ptr<Run> begin() const override { return std::make_unique<EngineRun>(engine_); }

  private:
    class EngineRun : public Run {
      public:
        explicit EngineRun(const engine::cpu::Engine& engine) : engine_(engine), workspace_(engine) {}
        void run(std::span<const sample::Key> keys, const sample::ColumnsView& inputs,
                 std::span<const std::span<float>> outputs) override {
            engine_.run(keys, inputs, workspace_, outputs);
        }
        std::size_t bytes() const override { return workspace_.bytes(); }

      private:
        const engine::cpu::Engine& engine_;
        engine::cpu::Engine::Workspace workspace_;
    };

    engine::cpu::Engine engine_;
};

}  // namespace

std::unique_ptr<Backend> make_engine_backend(const network::WeightsFile& file, const std::string& role) {
    return std::make_unique<EngineBackend>(file, role);
}

}  // namespace caloforge::infer
