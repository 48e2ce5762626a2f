#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/cpu/Compiled.hh"
#include "network/WeightsFile.hh"
#include "sample/Columns.hh"
#include "sample/Key.hh"

namespace caloforge::engine::cuda {

/// A network compiled for a CUDA device (compute capability 8.0 or newer). Maps keys and inputs to outputs as
/// engine::cpu::Engine does, within 1e-5 of a sample's largest number. Read-only once constructed, its
/// weights on the device: threads share it, each with a Workspace of its own.
///
/// A row is the same bit by bit alone and among others, in any batch, on devices of one kind.
class Engine {
  public:
    struct Options {
        int device = 0;
        /// How many rows are made at a time: the smallest that holds what is asked for, rising multiples of
        /// 32. Each has memory and kernels of its own, prepared when it is first used.
        std::vector<std::size_t> rows_at_a_time = {32, 256, 2048};
    };
    /// Throws InputError for a network the engine cannot run, naming the layer, and for a device that cannot
    /// be used; RunError where its memory does not hold the weights.
    Engine(const network::WeightsFile& file, const std::string& role, const Options& options);
    ~Engine();
    Engine(Engine&&) noexcept;
    Engine& operator=(Engine&&) noexcept;

    /// The network's ports.
    const sample::Fields& inputs() const;
    const sample::Fields& outputs() const;
    /// The device's, "NVIDIA H100 80GB HBM3".
    const std::string& device_name() const;
    /// As the CPU's engine says it.
    const std::vector<cpu::PlanEntry>& plan() const;

    /// Memory of one thread, on the host and on the device, and its place in the device's queue. The engine
    /// has to outlive it.
    class Workspace {
      public:
        explicit Workspace(const Engine& engine);
        ~Workspace();
        Workspace(Workspace&&) noexcept;
        Workspace& operator=(Workspace&&) noexcept;
        /// Of the host and of the device, so far.
        std::size_t bytes() const;
        /// For tests: NaN everywhere that a run writes before it reads.
        void poison();

      private:
        friend class Engine;
        struct Impl;
        std::unique_ptr<Impl> impl_;
    };

    /// none: the outputs stay on the device and are lost, so that a benchmark can tell computing from
    /// copying.
    enum class Fetch { all, none };

    /// Row i draws its random numbers from keys[i] and reads row i of `inputs`, which holds every input of
    /// the network, and may hold more. `outputs`: where each output goes, in the order of outputs(), (N,
    /// elements). Returns when all of it is there. Throws InputError for an input that is missing and for
    /// sizes that do not fit, RunError when the device fails or has too little memory.
    void run(std::span<const sample::Key> keys, const sample::ColumnsView& inputs, Workspace& workspace,
             std::span<const std::span<float>> outputs, Fetch fetch = Fetch::all) const;

  private:
    struct Impl;
    std::unique_ptr<const Impl> impl_;
};

}  // namespace caloforge::engine::cuda
