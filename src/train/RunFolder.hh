#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "core/FileLock.hh"
#include "core/Json.hh"
#include "network/WeightsFile.hh"
#include "train/Checkpoint.hh"

namespace caloforge::train {

/// What a training leaves in its folder: config.toml, metrics.jsonl (a line per step, and one per look at
/// showers held out), checkpoint-<step>.safetensors, model.safetensors. Files appear whole or not at all. Of
/// several ranks the first alone writes. One thread at a time.
class RunFolder {
  public:
    /// Touches nothing yet. The last `keep` checkpoints stay.
    RunFolder(std::filesystem::path folder, std::size_t keep);

    /// The checkpoint to go on from, none without `resume`: the newest that is whole; of damaged ones behind
    /// it a warning tells. `owner` (the rank that writes) keeps other processes out from now on. Throws
    /// InputError when there is none to resume from, none that is whole, or one that a new training would
    /// overwrite, and when another process trains here.
    std::optional<std::filesystem::path> begin(bool resume, bool owner);
    /// Creates the folder, puts damaged checkpoints aside (their names end with .damaged), writes
    /// config.toml, and opens metrics.jsonl behind the lines up to `step`: a resumed run writes the others
    /// again.
    void open(const std::string& effective_config, std::uint64_t step);
    /// Throws RunError when the disk is full.
    void add_line(const core::Json& line);

    /// Writes both while the training goes on, the model first; waits for the writing before. No model: the
    /// one before stays.
    void save(network::WeightsFile checkpoint, std::optional<network::WeightsFile> model, std::uint64_t step);
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
    std::optional<core::FileLock> lock_;
    std::vector<std::filesystem::path> damaged_;
    std::ofstream metrics_;
    std::future<void> saving_;
};

}  // namespace caloforge::train
