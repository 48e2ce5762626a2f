#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "engine/Conditions.hh"
#include "kernels/TapConvolution.hh"
#include "network/TrainedImpact.hh"
#include "network/WeightsFile.hh"

namespace caloforge::engine {

/// A generator's network compiled for this machine's vector registers. Maps (seed, shower, conditions) to the
/// network's output, in the order of one shower's cells. Read-only once constructed: threads share it, each
/// with a Workspace of its own; nothing here starts a thread.
///
/// A shower is the same bit by bit alone and among others, in any batch, on any thread of machines with one
/// instruction set; against libtorch it differs by rounding (max_rel_diff <= 1e-4).
class Engine {
  public:
    /// Showers that are made together in one go; batches of a multiple of it keep a thread busiest.
    static constexpr std::size_t together = kernels::lanes;
    enum class Passes { all, none };  ///< none: the network as written, for tests

    /// Throws InputError for a network the engine cannot run, naming the layer, and for one whose buffers
    /// would take more than 4 GiB.
    Engine(const network::WeightsFile& file, const std::string& role, Passes passes = Passes::all);
    ~Engine();
    Engine(Engine&&) noexcept;
    Engine& operator=(Engine&&) noexcept;

    /// Memory of one thread.
    class Workspace {
      public:
        explicit Workspace(const Engine& engine);
        std::size_t bytes() const { return (buffer_.size() + noise_.size()) * sizeof(float); }

      private:
        friend class Engine;
        std::vector<float> buffer_;
        std::vector<float> noise_;
    };

    /// Floats of one shower.
    std::size_t cells() const;
    /// Showers first, first + 1, ... of the run `seed`, one per entry of `conditions`, into `out` (N, cells).
    void generate(std::uint64_t seed, std::uint64_t first, const Conditions& conditions, Workspace& workspace,
                  std::span<float> out) const;
    /// Where impact points are drawn when none are given; empty for a network that takes none.
    const std::optional<network::TrainedImpact>& impact() const { return impact_; }

    /// What was compiled: [{"layer", "operation", "shape", "nominal_macs", "macs", "bytes"}] for one shower:
    /// the multiply-adds of the layers that the operation stands for as written (functions of single numbers
    /// count one each there), those that it really does, and the bytes of its weights.
    core::Json plan() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::optional<network::TrainedImpact> impact_;
};

}  // namespace caloforge::engine
