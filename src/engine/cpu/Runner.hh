#pragma once

#include <span>
#include <vector>

#include "engine/cpu/Step.hh"
#include "sample/Key.hh"

namespace caloforge::engine::cpu {

/// Memory of one run, owned by the caller.
struct RunMemory {
    float* values;  ///< outputs and scratch, where each Step says
    float* noise;   ///< of the largest random layer, one row
};

/// What up to 16 rows are made from.
struct Rows {
    std::span<const sample::Key> keys;
    std::span<const std::span<const float>> inputs;  ///< by port, (rows, elements)
};

/// Runs all steps for 16 rows together or for one alone: element e of lane l of a step's output is at
/// e * lanes + l of its place in the memory. Lanes without a row repeat the last. Thread-safe with a memory
/// of its own.
void run_lanes(const std::vector<Step>& steps, const RunMemory& memory, const Rows& rows);
void run_one(const std::vector<Step>& steps, const RunMemory& memory, const Rows& rows);

}  // namespace caloforge::engine::cpu
