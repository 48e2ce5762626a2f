#include <fmt/format.h>

#include <chrono>
#include <sstream>

#include "comm/Together.hh"
#include "core/AtomicFile.hh"
#include "core/Clock.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Progress.hh"
#include "core/StopSignal.hh"
#include "core/Timeline.hh"
#include "train/Training.hh"

namespace caloforge::train {
namespace fs = std::filesystem;
namespace {

using core::Clock;
using core::Json;
using core::seconds_since;

}  // namespace

fs::path Training::save() {
    const fs::path path = checkpoints_.path(state_.step);
    if (!communicator_.first()) return path;
    finish_saving();
    auto checkpoint = std::make_shared<network::WeightsFile>(),
         model = std::make_shared<network::WeightsFile>();
    checkpoint->document = document("checkpoint");
    trainer_->store(*checkpoint);
    model->document = document("model");
    trainer_->store_model(*model);
    saving_ = std::async(std::launch::async, [this, checkpoint, model, step = state_.step] {
        checkpoints_.write(*checkpoint, step);
        model->write(folder_ / "model.safetensors");
    });
    return path;
}

void Training::finish_saving() {
    if (saving_.valid()) saving_.get();
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
    if (communicator_.first())
        metrics << Json({{"step", state_.step}, {"held_out", seen}}).dump() << "\n" << std::flush;
    core::info("step {}: -ln p of {} showers held out {:.1f} (energies {:.2f}, cells {:.1f})", state_.step,
               seen.at("showers").get<std::uint64_t>(), seen.at("nll").get<double>(),
               seen.at("nll_energies").get<double>(), seen.at("nll_cells").get<double>());
}

bool Training::limit_reached(double seconds_this_run) const {
    return config_.minutes > 0 && seconds_this_run >= 60 * config_.minutes;
}

Training::Ending Training::ending(double seconds_this_run) {
    std::vector<double> wishes{core::stop_requested() ? 1.0 : 0.0,
                               limit_reached(seconds_this_run) ? 1.0 : 0.0};
    communicator_.sum(wishes);
    return {wishes[0] > 0, wishes[1] > 0};
}

void Training::begin_timeline() {
    communicator_.gather("");  // clocks of other hosts count from elsewhere: all begin now
    core::timeline::begin();
}

void Training::write_timeline() {
    const core::Json mine =
        core::timeline::end(communicator_.rank(), fmt::format("rank {}", communicator_.rank()));
    const auto all = communicator_.gather(mine.dump());
    if (!communicator_.first()) return;
    core::Json whole = mine;
    for (std::size_t r = 1; r < all.size(); ++r) {
        Json theirs = Json::parse(all[r]);
        for (auto& event : theirs.at("traceEvents")) whole["traceEvents"].push_back(std::move(event));
    }
    try {
        core::write_text(timeline_, whole.dump());
        core::info("timeline: {}", timeline_.string());
    } catch (const core::Error& error) {  // worth less than the training
        core::warning("no timeline was written: {}", error.what());
    }
}

TrainResult Training::run() {
    // Made before anything is written: it refuses a set smaller than a batch.
    std::optional<data::ShowerLoader> loader;
    std::ofstream metrics;
    comm::together(communicator_, [&] {
        loader.emplace(set_, options_, state_.position);
        if (!communicator_.first()) return;
        fs::create_directories(folder_);
        open_metrics();
        metrics.open(folder_ / "metrics.jsonl", std::ios::app);
    });
    TrainResult result;
    std::optional<core::Progress> progress;
    if (communicator_.first())
        progress.emplace("train", last_ * config_.batch, "showers", state_.step * config_.batch);
    const auto start = Clock::now();
    const double seconds_before = state_.seconds;
    const std::uint64_t first = state_.step;
    std::uint64_t saved = state_.step;
    while (state_.step < last_) {
        if (!timeline_.empty() && state_.step == first + timeline_begins) begin_timeline();
        data::ShowerBatch batch;
        {
            const core::timeline::Span span("read", "phase");
            const auto read = [&] { batch = loader->next(); };
            // The first time all that is shuffled has to be read.
            state_.step == first ? communicator_.busy(read) : read();
        }
        const StepOutcome outcome = trainer_->step(batch, state_.step);
        ++state_.step;
        state_.position = loader->position();
        state_.seconds = seconds_before + seconds_since(start);
        if (communicator_.first()) {
            Json line = {
                {"step", state_.step}, {"epoch", state_.position.epoch}, {"seconds", state_.seconds}};
            line.update(outcome.line);
            metrics << line.dump() << "\n" << std::flush;
            if (!metrics) throw core::RunError("cannot write metrics.jsonl. Is the disk full?");
            if (saving_.valid() && saving_.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
                finish_saving();  // a full disk is told now, not with the next checkpoint
        }
        if (!outcome.trouble.empty()) {
            comm::together(communicator_, [&] { finish_saving(); });
            const std::string message = fmt::format(
                "the training diverged: {}. The last good checkpoint is {}. Lower optimiser.learning_rate?",
                outcome.trouble, checkpoints_.newest().value_or("not there yet").string());
            if (communicator_.ranks() == 1) throw core::RunError(message);
            throw comm::AgreedError(core::ExitCode::failed, message);
        }
        if (progress) {
            progress->update(state_.step * config_.batch,
                             fmt::format("epoch {}  {}", state_.position.epoch, outcome.progress));
        }
        const Ending end = ending(seconds_since(start));
        if (end.signal || end.time || state_.step == last_ ||
            state_.step % static_cast<std::uint64_t>(config_.checkpoint_every) == 0) {
            {
                const core::timeline::Span span("checkpoint", "phase");
                communicator_.busy([&] { result.checkpoint = save(); });
            }
            if (hook_) {
                const core::timeline::Span span("validation", "phase");
                comm::together(communicator_, [&] { finish_saving(); });
                hook_(state_);
            }
            saved = state_.step;
            const core::timeline::Span span("showers held out", "phase");
            if (!end.signal && !end.time) look_at_held_out(metrics);  // who stops it does not want to wait
        }
        const bool over = end.signal || end.time || state_.step == last_;
        if (core::timeline::on() && (over || state_.step == first + timeline_begins + timeline_steps))
            write_timeline();
        if (end.signal || end.time) {
            result.end = end.signal ? TrainEnd::stopped_by_signal : TrainEnd::out_of_time;
            break;
        }
    }
    if (!timeline_.empty() && state_.step <= first + timeline_begins) {
        core::warning(
            "no timeline was written: it begins behind the first step of a run, and there was no second.");
    }
    comm::together(communicator_, [&] { finish_saving(); });
    if (saved == state_.step && result.checkpoint.empty())
        result.checkpoint = checkpoints_.newest().value_or("");
    result.steps = state_.step;
    result.model = folder_ / "model.safetensors";
    return result;
}

}  // namespace caloforge::train
