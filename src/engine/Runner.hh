#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/Graph.hh"
#include "engine/PhasedConvolution.hh"
#include "kernels/BlockedDense.hh"

namespace caloforge::engine {

/// An operation with what its kernel needs.
struct Compiled {
    Operation operation;  ///< without its weights, which a kernel holds
    std::optional<kernels::BlockedDense> dense;
    std::optional<PhasedConvolution> convolution;
    std::size_t begin = 0;     ///< of its output in the buffer, in units of the number of lanes
    std::size_t elements = 0;  ///< of its output
};

/// Memory of one run, owned by the caller.
struct RunMemory {
    float* buffer;   ///< outputs that live at one time
    float* scratch;  ///< of the largest convolution
    float* noise;    ///< of the largest random layer, one shower
};

/// Runs all steps for 16 showers together or for one alone: element e of lane l is at e * lanes + l. Returns
/// the output of the last step, inside the buffer. Showers first, first + 1, ... of the run `seed`, one per
/// entry of `incident` (GeV); of 16, lanes without a shower repeat the last. Thread-safe with a memory of its
/// own.
const float* run_lanes(const std::vector<Compiled>& steps, const RunMemory& memory, std::uint64_t seed,
                       std::uint64_t first, std::span<const float> incident);
const float* run_one(const std::vector<Compiled>& steps, const RunMemory& memory, std::uint64_t seed,
                     std::uint64_t first, std::span<const float> incident);

}  // namespace caloforge::engine
