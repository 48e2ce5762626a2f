#pragma once

#include <string>
#include <vector>

namespace caloforge::kernels {

/// Instruction sets that the kernels are compiled for and this machine has, the best first: "avx512", "avx2",
/// "sse4", ... (on x86-64).
std::vector<std::string> instruction_sets();

/// The one that the kernels use: the best, unless use_instruction_set() said otherwise. Thread-safe.
std::string instruction_set();

/// The kernels use this one from now on: showers are then the same bit by bit on every machine that has it.
/// Throws InputError naming those that this machine has. Not while kernels run.
void use_instruction_set(const std::string& name);

}  // namespace caloforge::kernels
