#include "family/forge/ForgeFamily.hh"

#include <fmt/format.h>

#include "core/Error.hh"
#include "family/forge/ForgeRecipe.hh"
#include "family/forge/ForgeTrainer.hh"
#include "family/forge/Teaching.hh"

namespace caloforge::family::forge {

train::Recipe ForgeFamily::recipe(std::uint64_t showers) const {
    return forge_recipe(showers);
}

std::shared_ptr<const train::Settings> ForgeFamily::read(core::ConfigTable& table,
                                                         std::uint64_t showers) const {
    return std::make_shared<ForgeSettings>(ForgeSettings::read(table, showers));
}

void ForgeFamily::check_shape(const geometry::Readout& readout, std::size_t, const train::Settings&) const {
    if (const geometry::ReadoutRings* rings = readout.rings()) {
        const auto& layer = rings->layers()[0];
        if (rings->is_regular() && layer.sectors % 2 == 0 && layer.sectors >= 4 && layer.rings() >= 4 &&
            readout.layers() >= 2)
            return;
        throw core::InputError(
            fmt::format("the network forge takes cylindrical cells that are alike in all layers, two layers "
                        "or more of an "
                        "even number of sectors and of rings, four of each or more (these showers have {}).",
                        readout.text()));
    }
    const auto& grid = readout.need_grid("the network forge");
    if (grid.nx >= 4 && grid.ny >= 4 && grid.nz >= 2) return;
    throw core::InputError(
        fmt::format("the network forge needs 4 x 4 x 2 cells or more (these showers have {} x {} x {}).",
                    grid.nx, grid.ny, grid.nz));
}

void ForgeFamily::check(const data::ShowerDigest& seen, const data::ShowerDigest* held_out) const {
    check_teaching(seen);
    if (held_out) check_held_out(seen, *held_out);
}

std::unique_ptr<train::Trainer> ForgeFamily::make(const train::TrainingContext& context) const {
    return std::make_unique<ForgeTrainer>(context);
}

}  // namespace caloforge::family::forge
