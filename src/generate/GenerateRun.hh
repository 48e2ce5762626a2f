#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "data/ShowerWriter.hh"
#include "generate/ShowerGenerator.hh"
#include "sample/Distribution.hh"

namespace caloforge::generate {

/// One run of a generator.
struct GenerateRun {
    sample::Distribution energy;  ///< GeV
    std::uint64_t count = 0;
    std::uint64_t seed = 1;
    std::uint64_t first = 0;  ///< number of the first shower: parts of one run may be made apart
    std::size_t batch = 128;
    /// Impact point of every shower, x0, y0 in mm; else drawn, uniform over what the model was trained on.
    std::optional<std::array<float, 2>> impact = std::nullopt;
};

struct GenerateTimes {
    double total = 0;    ///< s, from the first batch to the finished file
    double network = 0;  ///< s inside the network
};

/// Generates batch by batch and writes while it goes on, in bounded memory. The file appears whole or not at
/// all; a stop signal ends the run with RunError. Shows progress.
GenerateTimes generate_to_file(ShowerGenerator& generator, const GenerateRun& run,
                               const std::filesystem::path& path, data::WriteOptions options);

}  // namespace caloforge::generate
