#include <fmt/format.h>

#include <algorithm>

#include "comm/Share.hh"
#include "comm/Together.hh"
#include "core/Error.hh"
#include "train/MicroBatch.hh"
#include "train/Training.hh"

namespace caloforge::train {
namespace fs = std::filesystem;
namespace {

using core::InputError;

/// Showers must be those of the detector's grid; the 3DGAN is made for one grid alone.
void check_grid(const data::ShowerSet& set, const char* which, const geometry::Detector& detector,
                const std::string& network) {
    const auto& grid = set.readout().need_grid("training");
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

}  // namespace

void Training::open_data(const geometry::Detector& detector) {
    const std::size_t ranks = communicator_.ranks();
    if (config_.batch % ranks != 0) {
        throw InputError(
            fmt::format("training.batch, {} showers, cannot be shared equally by {} ranks. {} or {}?",
                        config_.batch, ranks, std::max<std::size_t>(config_.batch / ranks, 1) * ranks,
                        (config_.batch / ranks + 1) * ranks));
    }
    const std::size_t share = config_.batch / ranks;
    if (config_.micro_batch > 0 && share % config_.micro_batch != 0) {
        throw InputError(
            fmt::format("training.micro_batch: {} showers of each rank do not divide into parts of {}. "
                        "{}, or 0 for all at once?",
                        share, config_.micro_batch, micro_batch_that_fits(share, config_.micro_batch)));
    }
    data::ReadOptions read;
    read.scale = config_.data_scale;
    set_ = data::ShowerSet::glob(config_.data, read);
    check_grid(set_, "", detector, config_.network);
    if (config_.validation.empty()) return;
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

/// Every rank reads its part of all showers, once.
data::ShowerDigest Training::read_together() {
    const comm::Share part = comm::share_of(set_.size(), communicator_);
    data::ShowerDigest mine, whole;
    comm::together(communicator_, [&] { mine = data::digest(set_, part.first, part.last); });
    if (communicator_.ranks() == 1) return mine;
    for (const std::string& bytes : communicator_.gather(mine.bytes()))
        whole.append(data::ShowerDigest::from_bytes(bytes));
    return whole;
}

Survey Training::survey_of(const data::ShowerSet& set) {
    const comm::Share part = comm::share_of(set.size(), communicator_);
    Survey mine, whole;
    comm::together(communicator_, [&] { mine = survey(set, part.first, part.last); });
    for (const std::string& text : communicator_.gather(mine.json().dump()))
        whole.add(Survey::from_json(core::Json::parse(text)));
    return whole;
}

}  // namespace caloforge::train
