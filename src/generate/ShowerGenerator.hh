#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/Json.hh"
#include "data/ShowerBatch.hh"
#include "engine/cpu/Engine.hh"
#include "generate/Conditions.hh"
#include "geometry/Detector.hh"

namespace caloforge::network {
struct WeightsFile;
}

namespace caloforge::generate {

struct GeneratorOptions {
    std::string device = "cpu";
    int threads = 0;  ///< 0: all cores
    /// Conditions outside the trained range are an error unless this is set.
    bool allow_extrapolation = false;
    /// "native": the engine on a CPU, libtorch with the rewritten network elsewhere. "torch-rewritten": the
    /// latter. "torch": libtorch with the network as written, which also runs, and is said to, a network with
    /// a layer that the engine does not know.
    std::string backend = "native";
};

/// A trained model that makes showers. Shower i is a function of (seed, i, conditions), whatever the
/// batch and the number of threads: bit by bit in the engine on machines of one instruction set, through
/// libtorch within 1e-5 of the shower's largest cell (doc/decision/005). One thread at a time; the backends
/// use their own.
class ShowerGenerator {
  public:
    /// `model`: a shipped name or a weights or checkpoint file. Throws InputError for a file that holds no
    /// generator.
    explicit ShowerGenerator(const std::string& model, GeneratorOptions options = {});
    /// The same of a file that has been read.
    explicit ShowerGenerator(network::WeightsFile file, GeneratorOptions options = {});
    ~ShowerGenerator();
    ShowerGenerator(ShowerGenerator&&) noexcept;
    ShowerGenerator& operator=(ShowerGenerator&&) noexcept;

    const geometry::Detector& detector() const;
    /// Trained range of incident energies, GeV.
    double energy_low() const;
    double energy_high() const;
    const std::string& name() const;
    /// The document of the weights file.
    const core::Json& document() const;
    int threads() const;
    /// What computes: "native", "torch" or "torch-rewritten".
    std::string backend() const;
    /// What the engine compiled (Engine::plan); empty for libtorch.
    std::vector<engine::cpu::PlanEntry> plan() const;

    /// Throws InputError when [low, high] GeV leaves the trained range; with allow_extrapolation warns once
    /// instead.
    void check_energies(double low, double high) const;
    /// Throws InputError when the model takes no impact point, or was not trained on this one (mm; with
    /// allow_extrapolation the latter is a warning).
    void check_impact(double x, double y) const;
    /// Showers first, first + 1, ... of the run `seed`, one per entry of `conditions` (energies in GeV,
    /// positive; impact points are drawn when none are given). The batch holds the impact points when the
    /// model takes them. Throws RunError when the network's output is not finite.
    data::ShowerBatch generate(std::uint64_t seed, std::uint64_t first, const Conditions& conditions);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caloforge::generate
