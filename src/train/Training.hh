#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "comm/Communicator.hh"
#include "geometry/Detector.hh"
#include "sample/Constant.hh"
#include "train/Checkpoint.hh"
#include "train/RunFolder.hh"
#include "train/TrainConfig.hh"
#include "train/TrainingSet.hh"

namespace caloforge::train {

/// How a training ended.
enum class TrainEnd { finished, stopped_by_signal, out_of_time };

struct TrainResult {
    TrainEnd end = TrainEnd::finished;
    std::uint64_t steps = 0;
    std::filesystem::path model;       ///< the generator, ready for `generate`
    std::filesystem::path checkpoint;  ///< the last one
};

/// The loop of a training: showers (TrainingSet) to the family's trainer, and what becomes of it to a folder
/// (RunFolder). SIGINT or SIGTERM (core::watch_stop_signals) end it with a checkpoint.
class Training {
  public:
    /// `resume` goes on from the newest checkpoint of the folder; without it the folder must hold none.
    /// Throws InputError for data that do not fit the network or the checkpoint.
    /// Of several ranks the first alone writes; all see the same data, and `folder` when they resume. Errors
    /// that concern all come as comm::AgreedError.
    Training(TrainConfig config, std::string effective_config, std::filesystem::path folder, bool resume,
             comm::Communicator& communicator = comm::alone());

    /// Called on all ranks after the first has written a checkpoint; they may communicate.
    void on_checkpoint(std::function<void(const TrainState&)> hook) { hook_ = std::move(hook); }

    /// Where this rank computes: cuda:1, say, for the second rank of a host.
    const std::string& device() const { return config_.device; }

    /// Writes where the time of the first steps goes, see StepTimeline. All ranks or none.
    void write_timeline_to(std::filesystem::path file) { timeline_ = std::move(file); }

    /// Throws RunError when the training diverges or its device fails; the last good checkpoint is then still
    /// there.
    TrainResult run();

  private:
    void check_ranks();
    void check_conditions(const geometry::Detector& detector);
    void tell_memory();
    void check_resumed(const network::WeightsFile& checkpoint) const;
    void load(const network::WeightsFile& checkpoint);
    network::WeightsFile described(const char* kind) const;
    /// Throws RunError when the device fails.
    StepOutcome step(const data::ShowerBatch& batch);
    void look_at_held_out();
    void save();
    void finish_saving();
    /// Checkpoint, hook, showers held out.
    void keep(bool stopped);
    [[noreturn]] void end_diverged(const std::string& trouble);
    struct Ending {
        bool signal = false, time = false;
        bool early() const { return signal || time; }
    };
    /// Whether any rank is to stop.
    Ending ending(double seconds_this_run);

    TrainConfig config_;
    comm::Communicator& communicator_;
    std::string effective_config_;
    RunFolder folder_;
    std::optional<TrainingSet> set_;
    core::Json detector_;
    TrainState state_;
    std::unique_ptr<Trainer> trainer_;
    std::vector<sample::Constant> constants_;
    std::filesystem::path timeline_;
    std::function<void(const TrainState&)> hook_;
};

}  // namespace caloforge::train
