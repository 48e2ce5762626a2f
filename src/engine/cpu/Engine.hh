#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/cpu/Compiled.hh"
#include "kernels/TapConvolution.hh"
#include "network/WeightsFile.hh"
#include "sample/Columns.hh"
#include "sample/Key.hh"

namespace caloforge::engine::cpu {

/// A network compiled for this machine's vector registers. Maps keys and inputs to outputs. Read-only once
/// constructed: threads share it, each with a Workspace of its own; nothing here starts a thread.
///
/// A row is the same bit by bit alone and among others, in any batch, on any thread of machines with one
/// instruction set; against libtorch it differs by rounding (max_rel_diff <= 1e-4).
class Engine {
  public:
    /// Rows that are made together in one go; batches of a multiple of it keep a thread busiest.
    static constexpr std::size_t together = kernels::lanes;
    using Passes = cpu::Passes;

    /// Throws InputError for a network the engine cannot run, naming the layer, and for one whose buffers
    /// would take more than 4 GiB.
    Engine(const network::WeightsFile& file, const std::string& role, Passes passes = Passes::all);
    ~Engine();
    Engine(Engine&&) noexcept;
    Engine& operator=(Engine&&) noexcept;

    /// The network's ports.
    const sample::Fields& inputs() const;
    const sample::Fields& outputs() const;

    /// Memory of one thread.
    class Workspace {
      public:
        explicit Workspace(const Engine& engine);
        std::size_t bytes() const { return (buffer_.size() + noise_.size()) * sizeof(float); }

      private:
        friend class Engine;
        std::vector<float> buffer_;
        std::vector<float> noise_;
        std::vector<std::span<const float>> all_inputs_;   ///< by port, of all rows
        std::vector<std::span<const float>> some_inputs_;  ///< of those that are being made
    };

    /// Row i draws its random numbers from keys[i] and reads row i of `inputs`, which holds every input of
    /// the network, and may hold more. `outputs`: where each output goes, in the order of outputs(), (N,
    /// elements). Throws InputError for an input that is missing and for sizes that do not fit.
    void run(std::span<const sample::Key> keys, const sample::ColumnsView& inputs, Workspace& workspace,
             std::span<const std::span<float>> outputs) const;

    /// What was compiled, step by step.
    std::vector<PlanEntry> plan() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caloforge::engine::cpu
