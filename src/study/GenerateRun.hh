#pragma once

#include <cstdint>
#include <filesystem>

#include "data/ShowerWriter.hh"
#include "infer/Team.hh"
#include "study/AskedConditions.hh"

namespace caloforge::study {

/// One run of a generator.
struct GenerateRun {
    AskedConditions conditions;
    std::uint64_t count = 0;
    std::uint64_t seed = 1;
    std::uint64_t first = 0;  ///< number of the first shower: parts of one run may be made apart
    std::size_t batch = 128;
};

struct GenerateTimes {
    double total = 0;    ///< s, from the first batch to the finished file
    double network = 0;  ///< s inside the network
};

/// Generates batch by batch and writes while it goes on, in bounded memory. The file appears whole or not at
/// all; a stop signal ends the run with RunError. Shows progress. Throws as check() does.
GenerateTimes generate_to_file(infer::Team& team, const GenerateRun& run, const std::filesystem::path& path,
                               data::WriteOptions options);

}  // namespace caloforge::study
