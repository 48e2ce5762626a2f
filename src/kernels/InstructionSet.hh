#pragma once

#include <string>
#include <vector>

namespace caloforge::kernels {

/// Instruction sets that the kernels are compiled for and this machine has, the best first: "avx512", "avx2",
/// "sse4", ... (on x86-64).
std::vector<std::string> instruction_sets();

/// The one that the kernels use: the best, unless use_instruction_set() said otherwise. Thread-safe.
std::string instruction_set();

/// The kernels use this one from now on. Called before an engine is made (its weights are computed with the
/// kernels too), showers are the same bit by bit on every machine that has the set; of those without fused
/// multiply-add (sse4 and older) only as far as the C library's functions agree. Throws InputError naming
/// those that this machine has; the choice is then what it was. Not while kernels run.
void use_instruction_set(const std::string& name);

}  // namespace caloforge::kernels
