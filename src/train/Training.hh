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
#include "train/BestSoFar.hh"
#include "train/Checkpoint.hh"
#include "train/RunFolder.hh"
#include "train/Schedule.hh"
#include "train/TimePlan.hh"
#include "train/TrainConfig.hh"
#include "train/TrainingSet.hh"

namespace caloforge::train {

/// How a training ended.
enum class TrainEnd {
    finished,
    no_gain,  ///< showers held out have been described worse and worse
    stopped_by_signal,
    out_of_time
};

struct TrainResult {
    TrainEnd end = TrainEnd::finished;
    std::uint64_t steps = 0;
    std::filesystem::path model;  ///< the generator, ready for `generate`: the best of the showers held out,
                                  ///< where there are any, else the last
    BestSoFar best;               ///< of those
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

    /// Called on all ranks after the first has written a checkpoint; they may communicate. The model is that
    /// of the checkpoint, on the first rank; without networks on the others.
    using Hook = std::function<void(const TrainState&, const network::WeightsFile& model)>;
    void on_checkpoint(Hook hook) { hook_ = std::move(hook); }

    /// What is only looked at, if there is any.
    const std::optional<data::ShowerSet>& held_out() const { return set_->held_out(); }

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
    /// Whether the model is the best so far.
    bool look_at_held_out();
    void save(const network::WeightsFile& model, bool best);
    void plan_end(double seconds_this_run);
    bool over() const;
    void finish_saving();
    /// Checkpoint, hook, showers held out.
    void keep(bool stopped);
    [[noreturn]] void end_diverged(const std::string& trouble);
    struct Ending {
        bool signal = false, time = false;
        bool early() const { return signal || time; }
        TrainEnd as() const { return signal ? TrainEnd::stopped_by_signal : TrainEnd::out_of_time; }
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
    Schedule schedule_;
    std::optional<TimePlan> plan_;  ///< of a training that ends by time, until its end is known for good
    struct {
        double last = 0, total = 0;
    } checkpoints_;  ///< seconds that they took in this run
    BestSoFar best_;
    std::unique_ptr<Trainer> trainer_;
    std::vector<sample::Constant> constants_;
    std::filesystem::path timeline_;
    Hook hook_;
};

}  // namespace caloforge::train
