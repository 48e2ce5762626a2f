#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <string>

#include "core/Json.hh"
#include "network/WeightsFile.hh"
#include "train/Checkpoint.hh"

namespace caloforge::train {

/// What a training leaves in its folder: config.toml, metrics.jsonl (a line per step, and one per look at
/// showers held out), checkpoint-<step>.safetensors, model.safetensors. Files appear whole or not at all. Of
/// several ranks the first alone writes. One thread at a time.
class RunFolder {
  public:
    /// Touches nothing. The last `keep` checkpoints stay.
    RunFolder(std::filesystem::path folder, std::size_t keep);

    /// The checkpoint to go on from, none without `resume`. Throws InputError when there is none to resume
    /// from, or one that a new training would overwrite.
    std::optional<std::filesystem::path> begin(bool resume) const;
    /// Creates the folder, writes config.toml, and opens metrics.jsonl behind the lines up to `step`: a
    /// resumed run writes the others again.
    void open(const std::string& effective_config, std::uint64_t step);
    /// Throws RunError when the disk is full.
    void add_line(const core::Json& line);

    /// Writes both while the training goes on; waits for the writing before.
    void save(network::WeightsFile checkpoint, network::WeightsFile model, std::uint64_t step);
    /// Throws what save() met, if it has ended: a full disk is told now, not with the next checkpoint.
    void look_after_saving();
    /// Waits for what save() still writes; throws what it met.
    void finish_saving();

    std::filesystem::path checkpoint(std::uint64_t step) const { return checkpoints_.path(step); }
    std::optional<std::filesystem::path> newest() const { return checkpoints_.newest(); }
    std::filesystem::path model() const { return folder_ / "model.safetensors"; }

  private:
    std::filesystem::path folder_;
    CheckpointFolder checkpoints_;
    std::ofstream metrics_;
    std::future<void> saving_;
};

}  // namespace caloforge::train
