#pragma once

#include <optional>
#include <string>

namespace caloforge::sample {

/// What a particle is called for readers and on the command line: "e-" of the PDG code 11; the code itself of
/// those that have no short name here.
std::string particle_name(int pdg_code);
/// The other way, also of a number; nothing for what is neither.
std::optional<int> particle_code(const std::string& name);

}  // namespace caloforge::sample
