#include "train/Training.hh"

#include <fmt/format.h>

#include <stdexcept>

#include "comm/Neighbours.hh"
#include "comm/Together.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Machine.hh"
#include "core/RunRecord.hh"
#include "core/Version.hh"
#include "model/Memory.hh"
#include "model/Threads.hh"
#include "train/RankDevice.hh"
#include "train/Untold.hh"

namespace caloforge::train {
namespace fs = std::filesystem;
namespace {

using core::InputError;
using core::Json;

/// A resumed training must go on as the same one: names the first key that differs.
void check_same(const Json& before, const Json& now) {
    for (const auto& [key, value] : now.items()) {
        const Json old = before.value(key, Json());
        if (old != value) {
            throw InputError(
                fmt::format("cannot resume: `{}` was {} and is {} now. Start anew in another folder?", key,
                            core::to_text(old), core::to_text(value)));
        }
    }
}

}  // namespace

Training::Training(TrainConfig config, std::string effective_config, fs::path folder, bool resume,
                   comm::Communicator& communicator)
    : config_(std::move(config)),
      communicator_(communicator),
      effective_config_(std::move(effective_config)),
      folder_(std::move(folder), config_.checkpoint_keep) {
    model::use_threads(config_.threads);
    model::keep_memory();
    communicator_.set_patience(config_.patience);
    std::optional<geometry::Detector> detector;
    std::optional<fs::path> newest;
    comm::together(communicator_, [&] {
        newest = folder_.begin(resume, communicator_.first());
        detector = geometry::Detector::find(config_.detector);
        detector_ = detector->json();
    });
    check_ranks();
    config_.device = rank_device(config_.device, communicator_);
    comm::together(communicator_, [&] { config_.family->check_device(config_.device, *config_.settings); });
    set_.emplace(config_, *detector, communicator_);
    if (!config_.by_time()) {
        schedule_ = Schedule(config_.steps > 0 ? static_cast<std::uint64_t>(config_.steps)
                                               : set_->steps(config_.epochs));
    }

    std::optional<network::WeightsFile> checkpoint;
    comm::together(communicator_, [&] {
        if (newest) {
            checkpoint = network::WeightsFile::read(*newest);
            check_resumed(*checkpoint);  // first: other data may make another network
        }
        trainer_ = config_.family->make({config_, *detector, set_->showers().readout(), set_->normalisation(),
                                         set_->digest(), schedule_, communicator_,
                                         checkpoint ? &*checkpoint : nullptr});
        check_conditions(*detector);
        if (checkpoint) load(*checkpoint);
    });
    if (checkpoint) {
        core::info("resuming from {} (step {}, epoch {})", newest->string(), state_.step,
                   state_.position.epoch);
        comm::check_equal(communicator_, "where the training stands", core::to_text(state_.json()));
    }
    if (config_.by_time() && schedule_.end() == 0) {
        constexpr double seconds_per_minute = 60;
        plan_.emplace(seconds_per_minute * config_.minutes, state_.seconds, set_->steps(config_.most_epochs),
                      static_cast<std::uint64_t>(config_.checkpoint_every));
    }
    tell_memory();
    state_.ranks = communicator_.ranks();
}

/// A model that does not say what its inputs were trained on could not be loaded.
void Training::check_conditions(const geometry::Detector& detector) {
    const sample::ConditionSpace conditions = trainer_->conditions();
    network::WeightsFile model = described("model");
    trainer_->store_model(model);
    for (const sample::Field& input : model.network("generator").inputs) {
        const sample::Condition* condition = conditions.find(input.name);
        if (condition && condition->field.shape == input.shape) continue;
        throw std::logic_error(
            fmt::format("the trainer of the network {} does not say what its generator's input "
                        "`{}` is trained on. Does its conditions() list it?",
                        config_.family->name(), input.name));
    }
    constants_ = untold_constants(set_->digest(), conditions, config_.family->name());
    check_impact(set_->digest(), conditions, detector);
}

/// Before a step takes minutes to find out that the memory is too small.
void Training::tell_memory() {
    const std::uint64_t networks = trainer_->predicted_memory();
    if (networks == 0) return;
    const std::uint64_t bytes = networks + set_->shuffled_bytes();
    constexpr double gigabyte = 1e9;
    const auto here = comm::neighbours(communicator_).count;
    core::info("a step of {} showers on {} needs about {:.1f} GB of memory{}", config_.batch,
               communicator_.ranks() == 1 ? "this process" : fmt::format("{} ranks", communicator_.ranks()),
               static_cast<double>(bytes) / gigabyte, communicator_.ranks() == 1 ? "" : " in each");
    const std::uint64_t free = core::available_memory();
    if (free == 0 || bytes * here <= free) return;
    const std::string smaller =
        trainer_->setting_that_fits(static_cast<double>(free) / static_cast<double>(bytes * here));
    core::warning("that is more than the {:.1f} GB that are free here.{}",
                  static_cast<double>(free) / gigabyte,
                  smaller.empty() ? "" : fmt::format(" Set {}?", smaller));
}

/// Ranks that differ in what they do would train something else without anybody noticing.
void Training::check_ranks() {
    comm::check_equal(communicator_, "the version",
                      fmt::format("{}, libtorch {}", core::version, TORCH_VERSION));
    Json physics = config_.json();
    for (const char* key : {"threads", "minutes", "data", "validation"})
        physics.erase(key);  // may differ, or by name
    comm::check_equal(communicator_, "the configuration", core::to_text(physics));
}

void Training::check_resumed(const network::WeightsFile& file) const {
    const Json training = file.document.value("training", Json::object());
    check_same(training.value("physics", Json::object()), config_.physics());
    check_same({{"data_fingerprint", training.value("data_fingerprint", "")}},
               {{"data_fingerprint", set_->fingerprint()}});
}

void Training::load(const network::WeightsFile& file) {
    const Json training = file.document.value("training", Json::object());
    trainer_->load(file);
    state_ = TrainState::from_json(training.value("state", Json::object()));
    if (config_.by_time() && training.contains("schedule"))
        schedule_ = Schedule::from_json(training["schedule"]);
    if (training.contains("best")) best_ = BestSoFar::from_json(training["best"]);
    if (state_.ranks == communicator_.ranks() || state_.position.batch == 0) return;
    core::warning(
        "{} ranks shared the epoch so far, {} do now: the rest of epoch {} is left out, so that no shower "
        "is seen twice in it.",
        state_.ranks, communicator_.ranks(), state_.position.epoch);
    state_.position = {state_.position.epoch + 1, 0};
}

/// A weights file without networks yet.
network::WeightsFile Training::described(const char* kind) const {
    const data::Normalisation& normalisation = set_->normalisation();
    network::WeightsFile out;
    out.document = {{"format_version", network::weights_format_version},
                    {"kind", kind},
                    {"name", config_.name},
                    {"networks", Json::object()},
                    {"detector", detector_},
                    {"normalisation", normalisation.json()}};
    const geometry::Readout& readout = set_->showers().readout();
    if (!readout.grid()) out.document["readout"] = readout.json();
    out.document["conditions"] = trainer_->conditions().json();
    out.document["constants"] = sample::json(constants_);
    out.document["training"] = {{"state", state_.json()},
                                {"physics", config_.physics()},
                                {"data_fingerprint", set_->fingerprint()},
                                {"showers", set_->showers().size()},
                                {"files", set_->showers().files()},
                                {"ranks", communicator_.ranks()},
                                {"threads", model::threads_used()},
                                {"device", config_.device},
                                {"written", core::utc_now()},
                                {"caloforge", core::version},
                                {"libtorch", TORCH_VERSION},
                                {"machine", core::describe_machine()}};
    if (schedule_.end() > 0) out.document["training"]["schedule"] = schedule_.json();
    if (best_.any()) out.document["training"]["best"] = best_.json();
    return out;
}

}  // namespace caloforge::train
