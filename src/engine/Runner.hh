#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/Conditions.hh"
#include "engine/Graph.hh"
#include "engine/PhasedConvolution.hh"
#include "kernels/BlockedDense.hh"

namespace caloforge::engine {

/// An operation with what its kernel needs.
struct Compiled {
    Operation operation;  ///< without its weights, which a kernel holds
    std::optional<kernels::BlockedDense> dense;
    std::optional<PhasedConvolution> convolution;
    std::size_t elements = 0;    ///< of its output
    std::size_t done_after = 0;  ///< functions of `after` that its kernel does: 1 for a leaky ReLU, else 0
    /// Where it lies in the memory of a run, floats: for 16 showers together, and for one.
    struct Place {
        std::size_t output = 0;
        std::size_t scratch = 0;
    };
    Place together;
    Place alone;
};

/// Memory of one run, owned by the caller.
struct RunMemory {
    float* values;  ///< outputs and scratch, where each Compiled says
    float* noise;   ///< of the largest random layer, one shower
};

/// Runs all steps for 16 showers together or for one alone: element e of lane l is at e * lanes + l. Returns
/// the output of the last step, inside the memory. Showers first, first + 1, ... of the run `seed`, one per
/// entry of `conditions`; of 16, lanes without a shower repeat the last. Thread-safe with a memory of its
/// own.
const float* run_lanes(const std::vector<Compiled>& steps, const RunMemory& memory, std::uint64_t seed,
                       std::uint64_t first, const Conditions& conditions);
const float* run_one(const std::vector<Compiled>& steps, const RunMemory& memory, std::uint64_t seed,
                     std::uint64_t first, const Conditions& conditions);

}  // namespace caloforge::engine
