#pragma once

#include <filesystem>

#include "comm/Communicator.hh"
#include "data/ShowerSet.hh"
#include "infer/Team.hh"

namespace caloforge::study {

struct LikeOptions {
    std::uint64_t seed = 1;
    std::size_t copies = 1;  ///< showers made for each of the set
};

/// Showers with the incident energies and impact points of `set`, so that no difference of spectra counts:
/// every rank makes its share, the first writes them to `path`, in the set's order, copy after copy. They are
/// the same for any number of ranks, as infer::Model says. Errors as in comm::together().
void generate_like(const data::ShowerSet& set, const LikeOptions& options, infer::Team& team,
                   const std::filesystem::path& path, comm::Communicator& communicator);

}  // namespace caloforge::study
