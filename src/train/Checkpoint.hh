#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/Json.hh"
#include "data/ShowerLoader.hh"
#include "network/WeightsFile.hh"

namespace caloforge::train {

/// Where a training stands, besides its tensors.
struct TrainState {
    std::uint64_t step = 0;                 ///< steps done
    data::ShowerLoader::Position position;  ///< of the next batch
    double seconds = 0;                     ///< wall time of all runs together
    std::size_t ranks = 1;                  ///< that shared the epoch up to here
    core::Json json() const;
    /// Throws InputError when a member is missing.
    static TrainState from_json(const core::Json& json);
};

/// The checkpoints of one run: files `checkpoint-<step>.safetensors` in its folder. Each appears whole or not
/// at all; the last `keep` stay.
class CheckpointFolder {
  public:
    CheckpointFolder(std::filesystem::path folder, std::size_t keep)
        : folder_(std::move(folder)), keep_(keep) {}

    /// All there are, by step, oldest first.
    std::vector<std::filesystem::path> list() const;
    std::optional<std::filesystem::path> newest() const;
    /// Where the checkpoint of a step lies.
    std::filesystem::path path(std::uint64_t step) const;
    /// Returns the path written. Throws RunError (full disk); older checkpoints are then untouched.
    std::filesystem::path write(const network::WeightsFile& file, std::uint64_t step) const;

  private:
    std::filesystem::path folder_;
    std::size_t keep_;
};

}  // namespace caloforge::train
