#include <fmt/format.h>

#include "comm/Together.hh"
#include "core/Clock.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Progress.hh"
#include "core/StopSignal.hh"
#include "core/Timeline.hh"
#include "train/DeviceFailure.hh"
#include "train/StepTimeline.hh"
#include "train/Training.hh"

namespace caloforge::train {

using core::Clock;
using core::Json;
using core::seconds_since;
using core::timeline::Span;

void Training::save(const network::WeightsFile& model, bool best) {
    if (!communicator_.first()) return;
    network::WeightsFile checkpoint = described("checkpoint");
    trainer_->store(checkpoint);
    folder_.save(std::move(checkpoint), best ? std::optional(model) : std::nullopt, state_.step);
}

void Training::finish_saving() {
    comm::together(communicator_, [&] { folder_.finish_saving(); });
}

bool Training::look_at_held_out() {
    if (!set_->held_out() || !config_.family->abilities().held_out) return true;
    const HeldOut seen = trainer_->held_out(*set_->held_out());
    Json line = {{"step", state_.step}, {"held_out", json(seen.measures)}};
    line["held_out"]["showers"] = seen.showers;
    if (communicator_.first()) folder_.add_line(line);
    const bool better = best_.add(state_.step, seen.measures.front().value);
    core::info("step {}: {} showers held out: {}{}", state_.step, seen.showers, text(seen.measures),
               better ? "" : fmt::format(" (best: {:.1f} at step {})", best_.loss(), best_.step()));
    return better;
}

void Training::plan_end(double seconds_this_run) {
    if (!plan_) return;
    const auto planned =
        plan_->after_step(state_.step, seconds_this_run, checkpoints_.total, checkpoints_.last);
    if (!planned) return;
    // Every rank has a clock of its own.
    const std::uint64_t end = std::stoull(communicator_.broadcast(std::to_string(*planned)));
    if (schedule_.end() == 0) {
        core::info("{} minutes suffice for {} steps{}; that is planned again as they pass", config_.minutes,
                   end,
                   end == set_->steps(config_.most_epochs) ? ", more than the showers have to teach" : "");
    }
    schedule_.move_end(state_.step, end);
}

bool Training::over() const {
    return (schedule_.end() > 0 && state_.step >= schedule_.end()) ||
           best_.given_up(state_.step, schedule_.end());
}

Training::Ending Training::ending(double seconds_this_run) {
    const bool late = config_.minutes > 0 && seconds_this_run >= 60 * config_.minutes;
    std::vector<double> wishes{core::stop_requested() ? 1.0 : 0.0, late ? 1.0 : 0.0};
    communicator_.sum(wishes);
    return {wishes[0] > 0, wishes[1] > 0};
}

void Training::keep(bool stopped) {
    const auto start = Clock::now();
    bool best = !best_.any();
    if (!stopped) {  // who stops it does not want to wait
        const Span span("showers held out", "phase");
        best = look_at_held_out();
    }
    network::WeightsFile model = described("model");
    {
        const Span span("checkpoint", "phase");
        communicator_.busy([&] {
            if (communicator_.first()) trainer_->store_model(model);
            save(model, best);
        });
    }
    if (hook_) {
        const Span span("validation", "phase");
        finish_saving();
        hook_(state_, model);
    }
    checkpoints_.last = seconds_since(start);
    checkpoints_.total += checkpoints_.last;
}

void Training::end_diverged(const std::string& trouble) {
    finish_saving();
    const std::string message = fmt::format(
        "the training diverged: {}. The last good checkpoint is {}. Lower optimiser.learning_rate?", trouble,
        folder_.newest().value_or("not there yet").string());
    if (communicator_.ranks() == 1) throw core::RunError(message);
    throw comm::AgreedError(core::ExitCode::failed, message);
}

StepOutcome Training::step(const data::ShowerBatch& batch) {
    try {
        return trainer_->step(batch, state_.step);
    } catch (const c10::Error& error) {
        finish_saving();
        throw core::RunError(device_failure(error, config_.device, folder_.newest().value_or("").string(),
                                            trainer_->setting_that_fits(0.5)));
    }
}

TrainResult Training::run() {
    // Made before anything is written: it refuses a set smaller than a batch.
    std::optional<data::ShowerLoader> loader;
    comm::together(communicator_, [&] {
        loader.emplace(set_->showers(), set_->loader_options(), state_.position);
        if (communicator_.first()) folder_.open(effective_config_, state_.step);
    });
    const std::uint64_t first = state_.step;
    std::optional<core::Progress> progress;
    if (communicator_.first())
        progress.emplace("train", schedule_.end() * config_.batch, "showers", state_.step * config_.batch);
    StepTimeline timeline(timeline_, communicator_);
    TrainResult result;
    const auto start = Clock::now();
    const double seconds_before = state_.seconds;
    Ending end;
    while (!over() && !end.early()) {
        const std::uint64_t number = state_.step - first;
        timeline.before(number);
        data::ShowerBatch batch;
        {
            const Span span("read", "phase");
            const auto read = [&] { batch = loader->next(); };
            // The first time all that is shuffled has to be read.
            number == 0 ? communicator_.busy(read) : read();
        }
        const StepOutcome outcome = step(batch);
        ++state_.step;
        state_.position = loader->position();
        state_.seconds = seconds_before + seconds_since(start);
        if (communicator_.first()) {
            Json line = {
                {"step", state_.step}, {"epoch", state_.position.epoch}, {"seconds", state_.seconds}};
            line.update(json(outcome.measures));
            folder_.add_line(line);
            folder_.look_after_saving();
        }
        if (!outcome.trouble.empty()) end_diverged(outcome.trouble);
        const bool checkpoint = state_.step % static_cast<std::uint64_t>(config_.checkpoint_every) == 0;
        plan_end(seconds_since(start));
        if (progress) {
            progress->set_total(schedule_.end() * config_.batch);
            progress->update(state_.step * config_.batch,
                             fmt::format("epoch {}  {}", state_.position.epoch, text(outcome.measures)));
        }
        end = ending(seconds_since(start));
        const bool last = end.early() || state_.step == schedule_.end();
        if (last || checkpoint) {
            // Where it is the end of the time, that is the end of the training.
            keep(end.signal || (end.time && !config_.by_time()));
            result.checkpoint = folder_.checkpoint(state_.step);
        }
        timeline.behind(number, last || over());
    }
    if (state_.step == first) timeline.behind(0, true);
    if (end.early())
        result.end = end.as();
    else if (state_.step < schedule_.end())
        result.end = TrainEnd::no_gain;
    finish_saving();
    if (result.checkpoint.empty()) result.checkpoint = folder_.newest().value_or("");
    result.steps = state_.step;
    result.model = folder_.model();
    result.best = best_;
    return result;
}

}  // namespace caloforge::train
