#include "train/TrainingSet.hh"

#include <fmt/format.h>

#include <algorithm>

#include "comm/Share.hh"
#include "comm/Together.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "data/EpochOrder.hh"

namespace caloforge::train {
namespace fs = std::filesystem;
namespace {

using core::InputError;
using core::Json;

void check_cells(const data::ShowerSet& set, const char* which, const geometry::Detector& detector) {
    const geometry::Readout& readout = set.readout();
    if (!readout.grid()) {
        if (readout.layers() == detector.grid().nz) return;
        throw InputError(
            fmt::format("the {}showers have {}, the detector `{}` has {} layers. Name another detector with "
                        "model.detector?",
                        which, readout.text(), detector.name(), detector.grid().nz));
    }
    const auto& grid = *readout.grid();
    if (grid.same_shape(detector.grid())) return;
    throw InputError(
        fmt::format("the {}showers are {} x {} x {}, the detector `{}` is {} x {} x {}. Name another "
                    "detector with model.detector?",
                    which, grid.nx, grid.ny, grid.nz, detector.name(), detector.grid().nx, detector.grid().ny,
                    detector.grid().nz));
}

std::size_t share_of_batch(std::size_t batch, std::size_t ranks) {
    if (batch % ranks == 0) return batch / ranks;
    throw InputError(
        fmt::format("training.batch, {} showers, cannot be shared equally by {} ranks. {} or {}?", batch,
                    ranks, std::max<std::size_t>(batch / ranks, 1) * ranks, (batch / ranks + 1) * ranks));
}

void check_apart(const data::ShowerSet& held_out, const data::ShowerSet& set) {
    for (const auto& shard : held_out.shards()) {
        for (const auto& other : set.shards()) {
            if (!fs::equivalent(shard.path, other.path)) continue;
            throw InputError(fmt::format(
                "data.validation: {} is among the training showers too. What is learned is not held out.",
                shard.path.string()));
        }
    }
}

/// Every rank reads its part, once.
data::ShowerDigest read_together(const data::ShowerSet& set, comm::Communicator& communicator) {
    const comm::Share part = comm::share_of(set.size(), communicator);
    data::ShowerDigest mine, whole;
    comm::together(communicator, [&] { mine = data::digest(set, part.first, part.last); });
    if (communicator.ranks() == 1) return mine;
    for (const std::string& bytes : communicator.gather(mine.bytes()))
        whole.append(data::ShowerDigest::from_bytes(bytes));
    return whole;
}

}  // namespace

std::uint64_t count_showers(const TrainConfig& config) {
    return data::ShowerSet::glob(config.data, config.read_options()).size();
}

void TrainingSet::hold_out(std::size_t showers, std::size_t batch) {
    if (showers + batch > set_.size()) {
        throw InputError(fmt::format(
            "data.held_out, {} of {} showers, leaves less than one batch of {} to learn from. Fewer, or 0?",
            showers, set_.size(), batch));
    }
    data::ShowerSet::Parts parts = set_.split(showers);
    set_ = std::move(parts.rest);
    held_out_ = std::move(parts.held_out);
    core::info(
        "{} of {} training showers are held out: nothing is learned from them, they tell how good the "
        "model is",
        held_out_->size(), held_out_->size() + set_.size());
}

void TrainingSet::open(const TrainConfig& config, const geometry::Detector& detector,
                       const comm::Communicator& communicator) {
    options_.batch_size = share_of_batch(config.batch, communicator.ranks());
    options_.rank = communicator.rank();
    options_.ranks = communicator.ranks();
    options_.seed = config.seed;
    options_.shuffle_window = config.shuffle_window;
    const data::ReadOptions read = config.read_options();
    set_ = data::ShowerSet::glob(config.data, read);
    check_cells(set_, "", detector);
    config.family->check_shape(set_.readout(), options_.batch_size, *config.settings);
    if (config.held_out > 0) hold_out(config.held_out, config.batch);
    if (config.validation.empty()) return;
    held_out_ = data::ShowerSet::glob(config.validation, read);
    check_cells(*held_out_, "validation ", detector);
    if (!held_out_->readout().same_shape(set_.readout())) {
        throw InputError(fmt::format("the validation showers have {}, the training showers {}.",
                                     held_out_->readout().text(), set_.readout().text()));
    }
    check_apart(*held_out_, set_);
}

TrainingSet::TrainingSet(const TrainConfig& config, const geometry::Detector& detector,
                         comm::Communicator& communicator) {
    comm::together(communicator, [&] { open(config, detector, communicator); });
    comm::check_equal(communicator, "the data (showers by file)", set_.sizes());
    comm::check_equal(communicator, "the validation showers (by file)", held_out_ ? held_out_->sizes() : "");

    core::info("reading {} showers of {} files for the normalisation", set_.size(), set_.files());
    digest_ = read_together(set_, communicator);
    fingerprint_ = data::fingerprint(set_, digest_);
    // Numbers survive as JSON bit by bit.
    normalisation_ = data::Normalisation::from_json(Json::parse(comm::on_first(communicator, [&] {
        return data::fit_normalisation(digest_, set_.readout().cells(), config.sum_degree,
                                       config.settings->fit_cell_scale())
            .json()
            .dump();
    })));
    if (normalisation_.energy_low == normalisation_.energy_high) {
        core::warning(
            "all training showers have one incident energy ({} GeV): the model cannot learn how showers "
            "depend on it.",
            normalisation_.energy_low);
    }
    std::optional<data::ShowerDigest> other;
    if (held_out_ && config.family->abilities().held_out) other = read_together(*held_out_, communicator);
    comm::together(communicator, [&] { config.family->check(digest_, other ? &*other : nullptr); });
}

std::uint64_t TrainingSet::steps(std::int64_t epochs) const {
    return static_cast<std::uint64_t>(epochs) * data::EpochOrder::batches(set_.size(), options_);
}

std::uint64_t TrainingSet::shuffled_bytes() const {
    return std::min(options_.shuffle_window, set_.size()) * set_.readout().cells() * sizeof(float);
}

}  // namespace caloforge::train
