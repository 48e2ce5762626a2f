#include "train/Training.hh"

#include <fmt/format.h>

#include <algorithm>

#include "comm/Neighbours.hh"
#include "comm/Together.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Machine.hh"
#include "core/Version.hh"
#include "data/EpochOrder.hh"
#include "geometry/Detector.hh"
#include "model/Device.hh"
#include "model/Memory.hh"
#include "train/ForgeOptions.hh"
#include "train/ForgeTrainer.hh"
#include "train/GanTrainer.hh"
#include "train/MicroBatch.hh"
#include "train/RankDevice.hh"

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
                fmt::format("cannot resume: `{}` was {} and is {} now. Start anew with another --out?", key,
                            old.dump(), value.dump()));
        }
    }
}

}  // namespace

Training::Training(TrainConfig config, std::string effective_config, fs::path folder, bool resume,
                   comm::Communicator& communicator)
    : config_(std::move(config)),
      communicator_(communicator),
      effective_config_(std::move(effective_config)),
      folder_(std::move(folder)),
      checkpoints_(folder_, config_.checkpoint_keep) {
    if (config_.threads > 0) torch::set_num_threads(config_.threads);
    model::keep_memory();
    communicator_.set_patience(config_.patience);
    std::optional<geometry::Detector> detector;
    std::optional<fs::path> newest;
    comm::together(communicator_, [&] {
        newest = checkpoints_.newest();
        if (resume && !newest)
            throw InputError(
                fmt::format("{} holds no checkpoint to resume from. Leave --resume out?", folder_.string()));
        if (!resume && newest) {
            throw InputError(
                fmt::format("{} holds a training already ({}). Go on with --resume, or name another --out?",
                            folder_.string(), newest->filename().string()));
        }
        detector = geometry::Detector::find(config_.detector);
        detector_ = detector->json();
        open_data(*detector);
    });
    check_ranks();
    config_.device = rank_device(config_.device, communicator_);
    comm::together(communicator_,
                   [&] { model::precision_on(model::find_device(config_.device), config_.precision); });
    core::info("reading {} showers of {} files for the normalisation", set_.size(), set_.shards().size());
    const data::ShowerDigest digest = read_together();
    fingerprint_ = data::fingerprint(set_, digest);
    // Numbers survive as JSON bit by bit.
    normalisation_ = data::Normalisation::from_json(Json::parse(comm::on_first(communicator_, [&] {
        return data::fit_normalisation(digest, set_.readout().cells(), config_.sum_degree,
                                       config_.fit_cell_scale)
            .json()
            .dump();
    })));
    if (normalisation_.energy_low == normalisation_.energy_high) {
        core::warning(
            "all training showers have one incident energy ({} GeV): the model cannot learn how showers "
            "depend on it.",
            normalisation_.energy_low);
    }
    options_.batch_size = config_.batch / communicator_.ranks();
    options_.rank = communicator_.rank();
    options_.ranks = communicator_.ranks();
    options_.seed = config_.seed;
    options_.shuffle_window = config_.shuffle_window;
    const std::uint64_t per_epoch = data::EpochOrder::batches(set_.size(), options_);
    last_ = config_.steps > 0 ? static_cast<std::uint64_t>(config_.steps)
                              : static_cast<std::uint64_t>(config_.epochs) * per_epoch;
    std::optional<network::WeightsFile> checkpoint;
    comm::together(communicator_, [&] {
        if (resume) checkpoint = network::WeightsFile::read(*newest);
    });
    make_trainer(*detector, checkpoint ? &*checkpoint : nullptr);
    comm::together(communicator_, [&] {
        if (checkpoint) load(*checkpoint);
    });
    if (checkpoint) {
        core::info("resuming from {} (step {}, epoch {})", newest->string(), state_.step,
                   state_.position.epoch);
        comm::check_equal(communicator_, "where the training stands", state_.json().dump());
    }
    tell_memory();
    state_.ranks = communicator_.ranks();
}

/// Before a step takes minutes to find out that the memory is too small.
void Training::tell_memory() {
    const std::uint64_t networks = trainer_->predicted_memory();
    if (networks == 0) return;
    const std::uint64_t shuffled =
        std::min(options_.shuffle_window, set_.size()) * set_.readout().cells() * sizeof(float);
    const std::uint64_t bytes = networks + shuffled;
    constexpr double gigabyte = 1e9;
    const auto here = comm::neighbours(communicator_).count;
    const auto needed = static_cast<double>(bytes) / gigabyte;
    core::info("a step of {} showers on {} needs about {:.1f} GB of memory{}", config_.batch,
               communicator_.ranks() == 1 ? "this process" : fmt::format("{} ranks", communicator_.ranks()),
               needed, communicator_.ranks() == 1 ? "" : " in each");
    const std::uint64_t free = core::available_memory();
    if (free == 0 || bytes * here <= free) return;
    const std::size_t share = config_.batch / communicator_.ranks();
    const std::size_t now = config_.micro_batch > 0 ? config_.micro_batch : share;
    const double most =
        static_cast<double>(now) * static_cast<double>(free) / static_cast<double>(bytes * here);
    const std::size_t fits = micro_batch_that_fits(share, static_cast<std::size_t>(most));
    core::warning("that is more than the {:.1f} GB that are free here.{}",
                  static_cast<double>(free) / gigabyte,
                  fits < now ? fmt::format(" Set training.micro_batch = {}?", fits) : "");
}

/// Ranks that differ in what they do would train something else without anybody noticing.
void Training::check_ranks() {
    comm::check_equal(communicator_, "the version",
                      fmt::format("{}, libtorch {}", core::version, TORCH_VERSION));
    Json physics = config_.json();
    for (const char* key : {"threads", "minutes", "data", "validation"})
        physics.erase(key);  // may differ, or by name
    comm::check_equal(communicator_, "the configuration", physics.dump());
    comm::check_equal(communicator_, "the data (showers by file)", set_.sizes());
    comm::check_equal(communicator_, "the validation showers (by file)", held_out_ ? held_out_->sizes() : "");
}

void Training::load(const network::WeightsFile& file) {
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
    if (state_.ranks == communicator_.ranks() || state_.position.batch == 0) return;
    core::warning(
        "{} ranks shared the epoch so far, {} do now: the rest of epoch {} is left out, so that no shower "
        "is seen twice in it.",
        state_.ranks, communicator_.ranks(), state_.position.epoch);
    state_.position = {state_.position.epoch + 1, 0};
}

void Training::make_trainer(const geometry::Detector& detector, const network::WeightsFile* before) {
    if (config_.network == "gan3d") {
        comm::together(communicator_, [&] {
            trainer_ = std::make_unique<GanTrainer>(config_, normalisation_, communicator_);
        });
        return;
    }
    const Survey seen = survey_of(set_);
    std::optional<Survey> other;
    if (held_out_) other = survey_of(*held_out_);
    comm::together(communicator_, [&] { make_forge(detector, before, seen, other); });
}

void Training::make_forge(const geometry::Detector& detector, const network::WeightsFile* before,
                          const Survey& seen, const std::optional<Survey>& other) {
    judge(seen, normalisation_.energy_low, normalisation_.energy_high);
    if (other && other->empty == other->showers) throw InputError("data.validation: all showers are empty.");
    if (other && seen.impact && !other->impact) {
        throw InputError(
            "data.validation: not all files hold impact points (datasets `extra` or `impact`), but the "
            "training showers do.");
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
    if (seen.layer_sums[options.pivot] < poor_pivot * *std::ranges::max_element(seen.layer_sums)) {
        core::warning(
            "training.start_from: layer {}, which that model takes to be never empty, holds little of these "
            "showers' energy: expect a worse longitudinal profile.",
            options.pivot);
    }
    auto forge = std::make_unique<ForgeTrainer>(config_, options, seen, last_, communicator_);
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
                       {"ranks", communicator_.ranks()},
                       {"threads", torch::get_num_threads()},
                       {"device", config_.device},
                       {"written", core::utc_now()},
                       {"caloforge", core::version},
                       {"libtorch", TORCH_VERSION},
                       {"machine", core::describe_machine()}};
    if (!started_from_.is_null()) out["training"]["started_from"] = started_from_;
    return out;
}

}  // namespace caloforge::train
