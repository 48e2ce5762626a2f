#include "family/gan3d/Gan3dFamily.hh"

#include <fmt/format.h>

#include "core/Error.hh"
#include "family/gan3d/GanTrainer.hh"
#include "model/Device.hh"
#include "train/MicroBatch.hh"

namespace caloforge::family::gan3d {

using core::InputError;

std::shared_ptr<const train::Settings> Gan3dFamily::read(core::ConfigTable& table, std::uint64_t) const {
    return std::make_shared<Gan3dSettings>(Gan3dSettings::read(table));
}

void Gan3dFamily::check_device(const std::string& device, const train::Settings& settings) const {
    model::precision_on(model::find_device(device), dynamic_cast<const Gan3dSettings&>(settings).precision);
}

void Gan3dFamily::check_shape(const geometry::Readout& readout, std::size_t share,
                              const train::Settings& settings) const {
    const auto& own = dynamic_cast<const Gan3dSettings&>(settings);
    if (own.micro_batch > 0 && share % own.micro_batch != 0) {
        throw InputError(
            fmt::format("training.micro_batch: {} showers of each rank do not divide into parts of {}. "
                        "{}, or 0 for all at once?",
                        share, own.micro_batch, train::micro_batch_that_fits(share, own.micro_batch)));
    }
    const auto& grid = readout.need_grid("the network gan3d");
    constexpr std::size_t side = 25;
    if (grid.nx != side || grid.ny != side || grid.nz != side) {
        throw InputError(
            fmt::format("the network gan3d is made for 25 x 25 x 25 cells (these showers are {} x {} x {}).",
                        grid.nx, grid.ny, grid.nz));
    }
}

std::unique_ptr<train::Trainer> Gan3dFamily::make(const train::TrainingContext& context) const {
    return std::make_unique<GanTrainer>(context);
}

}  // namespace caloforge::family::gan3d
