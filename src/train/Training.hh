#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <optional>
#include <string>

#include "comm/Communicator.hh"
#include "core/RunRecord.hh"
#include "data/Normalisation.hh"
#include "data/ShowerDigest.hh"
#include "data/ShowerSet.hh"
#include "geometry/Detector.hh"
#include "train/Checkpoint.hh"
#include "train/Survey.hh"
#include "train/TrainConfig.hh"
#include "train/Trainer.hh"

namespace caloforge::train {

/// How a training ended.
enum class TrainEnd { finished, stopped_by_signal, out_of_time };

struct TrainResult {
    TrainEnd end = TrainEnd::finished;
    std::uint64_t steps = 0;
    std::filesystem::path model;       ///< the generator, ready for `generate`
    std::filesystem::path checkpoint;  ///< the last one
};

/// A whole training in one folder: config.toml, metrics.jsonl (a line per step, and one per look at showers
/// held out), checkpoint-<step>.safetensors, model.safetensors. SIGINT or SIGTERM (core::watch_stop_signals)
/// end it with a checkpoint.
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

    /// Writes where the time of the first steps goes, behind one that warms up, to a file in Chrome's trace
    /// format, a process per rank. All ranks or none.
    void write_timeline_to(std::filesystem::path file) { timeline_ = std::move(file); }
    static constexpr std::uint64_t timeline_begins = 1, timeline_steps = 5;

    /// Throws RunError when the training diverges; the last good checkpoint is then still there.
    TrainResult run();

  private:
    /// `before`: the checkpoint that the training goes on from, or null.
    void make_trainer(const geometry::Detector& detector, const network::WeightsFile* before);
    void make_forge(const geometry::Detector& detector, const network::WeightsFile* before,
                    const Survey& seen, const std::optional<Survey>& other);
    core::Json document(const char* kind) const;
    void look_at_held_out(std::ofstream& metrics);
    void open_data(const geometry::Detector& detector);
    void check_ranks();
    data::ShowerDigest read_together();
    void tell_memory();
    Survey survey_of(const data::ShowerSet& set);
    void load(const network::WeightsFile& checkpoint);
    /// What is written is what is now; writing goes on while training does.
    std::filesystem::path save();
    /// Waits for what save() still writes; throws what it met.
    void finish_saving();
    struct Ending {
        bool signal = false, time = false;
    };
    /// Whether any rank is to stop.
    Ending ending(double seconds_this_run);
    void open_metrics();
    void begin_timeline();
    void write_timeline();
    bool limit_reached(double seconds_this_run) const;

    TrainConfig config_;
    comm::Communicator& communicator_;
    std::string effective_config_;
    std::filesystem::path folder_;
    CheckpointFolder checkpoints_;
    data::ShowerSet set_;
    std::optional<data::ShowerSet> held_out_;  ///< data.validation
    core::Json started_from_;                  ///< where training.start_from led; null without
    core::Json detector_;
    std::string fingerprint_;
    data::Normalisation normalisation_;
    TrainState state_;
    data::LoaderOptions options_;
    std::uint64_t last_ = 0;  ///< step at which the training ends
    std::unique_ptr<Trainer> trainer_;
    std::future<void> saving_;
    std::filesystem::path timeline_;
    std::function<void(const TrainState&)> hook_;
};

}  // namespace caloforge::train
