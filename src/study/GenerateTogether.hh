#pragma once

#include <filesystem>

#include "comm/Communicator.hh"
#include "data/ShowerSet.hh"
#include "infer/Team.hh"

namespace caloforge::study {

/// Showers with the incident energies and impact points of `set`, so that no difference of spectra counts:
/// every rank makes its share, the first writes them to `path`, in the set's order. They are the same for any
/// number of ranks, as infer::Model says. Errors as in comm::together().
void generate_like(const data::ShowerSet& set, std::uint64_t seed, infer::Team& team,
                   const std::filesystem::path& path, comm::Communicator& communicator);

}  // namespace caloforge::study
