#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/cpu/Engine.hh"
#include "generate/Conditions.hh"
#include "network/WeightsFile.hh"

namespace caloforge::generate {

/// What computes a generator's network. One thread at a time calls it; it may use threads of its own.
class Backend {
  public:
    virtual ~Backend() = default;
    /// Showers first, first + 1, ... of the run `seed`, one per entry of `conditions`, which hold impact
    /// points when the network takes them, into `out` (N, cells).
    virtual void run(std::uint64_t seed, std::uint64_t first, const Conditions& conditions,
                     std::span<float> out) = 0;
    virtual int threads() const = 0;
    /// What the engine compiled (Engine::plan); empty for libtorch.
    virtual std::vector<engine::cpu::PlanEntry> plan() const { return {}; }
    /// "native", "torch" or "torch-rewritten".
    virtual const char* name() const = 0;
};

/// The engine on `threads` threads (0: all cores). Throws InputError naming a layer it does not know.
std::unique_ptr<Backend> make_native_backend(const network::WeightsFile& file, int threads);
/// libtorch on `device`, with the network as written or as the engine's passes rewrite it. The latter throws
/// InputError naming a layer that the engine does not know.
std::unique_ptr<Backend> make_torch_backend(const network::WeightsFile& file, const std::string& device,
                                            int threads);
std::unique_ptr<Backend> make_rewritten_torch_backend(const network::WeightsFile& file,
                                                      const std::string& device, int threads);

}  // namespace caloforge::generate
