#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "core/Machine.hh"
#include "engine/cpu/Engine.hh"
#include "generate/Backend.hh"

namespace caloforge::generate {
namespace {

constexpr std::size_t largest = engine::cpu::Engine::together;  ///< what a thread takes at a time

class NativeBackend : public Backend {
  public:
    NativeBackend(const network::WeightsFile& file, int threads)
        : engine_(file, "generator"),
          threads_(static_cast<int>(core::thread_count(static_cast<std::size_t>(std::max(threads, 0))))) {}

    void run(std::uint64_t seed, std::uint64_t first, const Conditions& conditions,
             std::span<float> out) override {
        const auto threads = static_cast<std::size_t>(threads_);
        // Of a small batch every thread has a part.
        const std::size_t block =
            std::clamp<std::size_t>((conditions.size() + threads - 1) / threads, 1, largest);
        const std::size_t blocks = (conditions.size() + block - 1) / block;
        const std::size_t workers = std::min(threads, std::max<std::size_t>(blocks, 1));
        while (workspaces_.size() < workers) workspaces_.emplace_back(engine_);
        // Whoever is free takes the next block: a writer or another program may hold up one of the threads.
        std::atomic<std::size_t> next = 0;
        const auto part = [&](std::size_t worker) {
            const std::size_t cells = engine_.outputs()[0].elements();
            for (std::size_t taken = next++; taken < blocks; taken = next++) {
                const std::size_t begin = taken * block, end = std::min(conditions.size(), begin + block);
                const Conditions some = conditions.part(begin, end - begin);
                sample::ColumnsView inputs(some.size());
                for (const sample::Field& field : engine_.inputs())
                    inputs.add(field.name,
                               field.name == sample::impact_field.name ? some.impact : some.incident);
                const std::span<float> made = out.subspan(begin * cells, some.size() * cells);
                engine_.run(sample::consecutive(seed, first + begin, some.size()), inputs,
                            workspaces_[worker], {&made, 1});
            }
        };
        std::vector<std::jthread> others;
        for (std::size_t worker = 1; worker < workers; ++worker) others.emplace_back(part, worker);
        part(0);
    }
    int threads() const override { return threads_; }
    std::vector<engine::cpu::PlanEntry> plan() const override { return engine_.plan(); }
    const char* name() const override { return "native"; }

  private:
    engine::cpu::Engine engine_;
    int threads_;
    std::vector<engine::cpu::Engine::Workspace> workspaces_;
};

}  // namespace

std::unique_ptr<Backend> make_native_backend(const network::WeightsFile& file, int threads) {
    return std::make_unique<NativeBackend>(file, threads);
}

}  // namespace caloforge::generate
