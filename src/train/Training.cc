#include "train/Training.hh"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <sstream>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Machine.hh"
#include "core/Progress.hh"
#include "core/StopSignal.hh"
#include "core/Version.hh"
#include "data/EpochOrder.hh"
#include "geometry/Detector.hh"
#include "train/ForgeTrainer.hh"
#include "train/GanTrainer.hh"

namespace caloforge::train {
namespace fs = std::filesystem;
namespace {

using core::InputError;
using core::Json;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Showers must be those of the detector's grid; the 3DGAN is made for one grid alone.
void check_grid(const data::ShowerSet& set, const char* which, const geometry::Detector& detector,
                const std::string& network) {
    const auto& grid = set.grid();
    if (!grid.same_shape(detector.grid())) {
        throw InputError(
            fmt::format("the {}showers are {} x {} x {}, the detector `{}` is {} x {} x {}. Name another "
                        "detector with model.detector?",
                        which, grid.nx, grid.ny, grid.nz, detector.name(), detector.grid().nx,
                        detector.grid().ny, detector.grid().nz));
    }
    constexpr std::size_t side = 25;
    if (network != "gan3d") return;
    if (grid.nx != side || grid.ny != side || grid.nz != side) {
        throw InputError(
            fmt::format("the network gan3d is made for 25 x 25 x 25 cells (these showers are {} x {} x {}).",
                        grid.nx, grid.ny, grid.nz));
    }
}

/// A resumed training must go on as the same one: names the first key that differs.
void check_same(const Json& before, const Json& now) {
    for (const auto& [key, value] : now.items()) {
        const Json old = before.value(key, Json());
        if (old != value) {
            throw InputError(
                fmt::format("cannot resume: `{}` was {} and is {} now. Start anew with another --out?", key,
                            old.dump(), value.dump()));
        }
    }
}

}  // namespace

Training::Training(TrainConfig config, std::string effective_config, fs::path folder, bool resume)
    : config_(std::move(config)),
      effective_config_(std::move(effective_config)),
      folder_(std::move(folder)),
      checkpoints_(folder_, config_.checkpoint_keep) {
    if (config_.threads > 0) torch::set_num_threads(config_.threads);
    const auto newest = checkpoints_.newest();
    if (resume && !newest)
        throw InputError(
            fmt::format("{} holds no checkpoint to resume from. Leave --resume out?", folder_.string()));
    if (!resume && newest) {
        throw InputError(
            fmt::format("{} holds a training already ({}). Go on with --resume, or name another --out?",
                        folder_.string(), newest->filename().string()));
    }
    const geometry::Detector detector = geometry::Detector::find(config_.detector);
    detector_ = detector.json();
    data::ReadOptions read;
    read.scale = config_.data_scale;
    set_ = data::ShowerSet::glob(config_.data, read);
    check_grid(set_, "", detector, config_.network);
    if (!config_.validation.empty()) {
        held_out_ = data::ShowerSet::glob(config_.validation, read);
        check_grid(*held_out_, "validation ", detector, config_.network);
        for (const auto& shard : held_out_->shards()) {
            for (const auto& other : set_.shards()) {
                if (!fs::equivalent(shard.path, other.path)) continue;
                throw InputError(fmt::format(
                    "data.validation: {} is among the training showers too. What is learned is not held out.",
                    shard.path.string()));
            }
        }
    }
    core::info("reading {} showers of {} files for the normalisation", set_.size(), set_.shards().size());
    fingerprint_ = set_.fingerprint();
    normalisation_ = data::fit_normalisation(set_, config_.sum_degree, config_.fit_cell_scale);
    if (normalisation_.energy_low == normalisation_.energy_high) {
        core::warning(
            "all training showers have one incident energy ({} GeV): the model cannot learn how showers "
            "depend on it.",
            normalisation_.energy_low);
    }
    options_.batch_size = config_.batch;
    options_.seed = config_.seed;
    options_.shuffle_window = config_.shuffle_window;
    const std::uint64_t per_epoch = data::EpochOrder::batches(set_.size(), options_);
    last_ = config_.steps > 0 ? static_cast<std::uint64_t>(config_.steps)
                              : static_cast<std::uint64_t>(config_.epochs) * per_epoch;
    std::optional<network::WeightsFile> checkpoint;
    if (resume) checkpoint = network::WeightsFile::read(*newest);
    make_trainer(detector, checkpoint ? &*checkpoint : nullptr);
    if (checkpoint) {
        const auto& file = *checkpoint;
        const Json training = file.document.value("training", Json::object());
        check_same(training.value("physics", Json::object()), config_.physics());
        check_same({{"data_fingerprint", training.value("data_fingerprint", "")}},
                   {{"data_fingerprint", fingerprint_}});
        started_from_ = training.value("started_from", Json());
        const std::string start = started_from_.is_null() ? "" : started_from_.value("file", "");
        if (!config_.start_from.empty() && config_.start_from != start) {
            throw InputError(fmt::format(
                "cannot resume: the training began with {}, training.start_from names `{}`. Leave it out?",
                start.empty() ? "random weights" : "`" + start + "`", config_.start_from));
        }
        trainer_->load(file);
        state_ = TrainState::from_json(training.value("state", Json::object()));
        core::info("resuming from {} (step {}, epoch {})", newest->string(), state_.step,
                   state_.position.epoch);
    }
}

void Training::make_trainer(const geometry::Detector& detector, const network::WeightsFile* before) {
    if (config_.network == "gan3d") {
        trainer_ = std::make_unique<GanTrainer>(config_, normalisation_);
        return;
    }
    const Survey seen = survey(set_);
    judge(seen, normalisation_.energy_low, normalisation_.energy_high);
    if (held_out_) {
        const Survey other = survey(*held_out_);
        if (other.empty == other.showers) throw InputError("data.validation: all showers are empty.");
        if (seen.impact && !other.impact) {
            throw InputError(
                "data.validation: not all files hold impact points (datasets `extra` or `impact`), but the "
                "training showers do.");
        }
    }
    auto options = forge_options(config_, detector, normalisation_, seen);
    std::optional<network::WeightsFile> start;
    if (before == nullptr && !config_.start_from.empty()) {
        start = network::WeightsFile::find(config_.start_from);
        before = &*start;
    }
    // Showers of another spectrum deposit most in another layer; the one chosen first does for all.
    if (before != nullptr) {
        const auto pivot = network::forge_pivot(before->network("generator"));
        if (pivot && *pivot < options.nz) options.pivot = *pivot;
    }
    constexpr double poor_pivot = 0.3;  // of the largest share
    if (seen.layer_share[options.pivot] < poor_pivot * *std::ranges::max_element(seen.layer_share)) {
        core::warning(
            "training.start_from: layer {}, which that model takes to be never empty, holds little of these "
            "showers' energy: expect a worse longitudinal profile.",
            options.pivot);
    }
    auto forge = std::make_unique<ForgeTrainer>(config_, options, seen, last_);
    if (start) {
        forge->start_from(*start);
        started_from_ = {{"name", start->document.value("name", "")}, {"file", config_.start_from}};
        for (const char* key : {"state", "physics", "data_fingerprint", "showers", "started_from"}) {
            const auto where = core::Json::json_pointer(std::string("/training/") + key);
            if (start->document.contains(where)) started_from_[key] = start->document[where];
        }
    }
    trainer_ = std::move(forge);
}

Json Training::document(const char* kind) const {
    Json out = {{"format_version", network::weights_format_version},
                {"kind", kind},
                {"name", config_.name},
                {"networks", Json::object()}};
    out["detector"] = detector_;
    out["normalisation"] = normalisation_.json();
    out["conditions"] = {
        {"energy",
         {{"unit", "GeV"}, {"low", normalisation_.energy_low}, {"high", normalisation_.energy_high}}}};
    out["conditions"].update(trainer_->conditions());
    out["training"] = {{"state", state_.json()},
                       {"physics", config_.physics()},
                       {"data_fingerprint", fingerprint_},
                       {"showers", set_.size()},
                       {"files", set_.shards().size()},
                       {"threads", torch::get_num_threads()},
                       {"device", config_.device},
                       {"written", core::utc_now()},
                       {"caloforge", core::version},
                       {"libtorch", TORCH_VERSION},
                       {"machine", core::describe_machine()}};
    if (!started_from_.is_null()) out["training"]["started_from"] = started_from_;
    return out;
}

fs::path Training::save() {
    network::WeightsFile checkpoint;
    checkpoint.document = document("checkpoint");
    trainer_->store(checkpoint);
    const fs::path path = checkpoints_.write(checkpoint, state_.step);
    network::WeightsFile model;
    model.document = document("model");
    trainer_->store_model(model);
    model.write(folder_ / "model.safetensors");
    if (hook_) hook_(path, state_);
    return path;
}

/// Lines of steps that the checkpoint does not contain are dropped, so that a resumed run writes them again.
void Training::open_metrics() {
    const fs::path path = folder_ / "metrics.jsonl";
    std::string kept;
    if (state_.step > 0 && fs::exists(path)) {
        std::istringstream in(core::read_text(path));
        for (std::string line; std::getline(in, line);) {
            const Json entry = Json::parse(line, nullptr, false);
            if (entry.is_object() && entry.value("step", UINT64_MAX) <= state_.step) kept += line + "\n";
        }
    }
    core::write_text(path, kept);
    core::write_text(folder_ / "config.toml", effective_config_);
}

void Training::look_at_held_out(std::ofstream& metrics) {
    if (!held_out_) return;
    const Json seen = trainer_->held_out(*held_out_);
    if (seen.empty()) return;
    metrics << Json({{"step", state_.step}, {"held_out", seen}}).dump() << "\n" << std::flush;
    core::info("step {}: -ln p of {} showers held out {:.1f} (energies {:.2f}, cells {:.1f})", state_.step,
               seen.at("showers").get<std::uint64_t>(), seen.at("nll").get<double>(),
               seen.at("nll_energies").get<double>(), seen.at("nll_cells").get<double>());
}

bool Training::limit_reached(double seconds_this_run) const {
    return config_.minutes > 0 && seconds_this_run >= 60 * config_.minutes;
}

TrainResult Training::run() {
    // Made before anything is written: it refuses a set smaller than a batch.
    data::ShowerLoader loader(set_, options_, state_.position);
    fs::create_directories(folder_);
    open_metrics();
    std::ofstream metrics(folder_ / "metrics.jsonl", std::ios::app);
    TrainResult result;
    core::Progress progress("train", last_ * config_.batch, "showers", state_.step * config_.batch);
    const auto start = Clock::now();
    const double seconds_before = state_.seconds;
    std::uint64_t saved = state_.step;
    while (state_.step < last_) {
        const data::ShowerBatch batch = loader.next();
        const StepOutcome outcome = trainer_->step(batch, state_.step);
        ++state_.step;
        state_.position = loader.position();
        state_.seconds = seconds_before + seconds_since(start);
        Json line = {{"step", state_.step}, {"epoch", state_.position.epoch}, {"seconds", state_.seconds}};
        line.update(outcome.line);
        metrics << line.dump() << "\n" << std::flush;
        if (!metrics) throw core::RunError("cannot write metrics.jsonl. Is the disk full?");
        if (!outcome.trouble.empty()) {
            throw core::RunError(fmt::format(
                "the training diverged: {}. The last good checkpoint is {}. Lower optimiser.learning_rate?",
                outcome.trouble, checkpoints_.newest().value_or("not there yet").string()));
        }
        progress.update(state_.step * config_.batch,
                        fmt::format("epoch {}  {}", state_.position.epoch, outcome.progress));
        const bool stop = core::stop_requested();
        const bool out_of_time = limit_reached(seconds_since(start));
        if (stop || out_of_time || state_.step == last_ ||
            state_.step % static_cast<std::uint64_t>(config_.checkpoint_every) == 0) {
            result.checkpoint = save();
            saved = state_.step;
            if (!stop && !out_of_time) look_at_held_out(metrics);  // who stops it does not want to wait
        }
        if (stop || out_of_time) {
            result.end = stop ? TrainEnd::stopped_by_signal : TrainEnd::out_of_time;
            break;
        }
    }
    if (saved == state_.step && result.checkpoint.empty())
        result.checkpoint = checkpoints_.newest().value_or("");
    result.steps = state_.step;
    result.model = folder_ / "model.safetensors";
    return result;
}

}  // namespace caloforge::train
