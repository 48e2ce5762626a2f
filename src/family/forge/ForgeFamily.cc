#include "family/forge/ForgeFamily.hh"

#include <fmt/format.h>

#include "core/Error.hh"
#include "family/forge/ForgeTrainer.hh"
#include "family/forge/Teaching.hh"

namespace caloforge::family::forge {

std::shared_ptr<const train::Settings> ForgeFamily::read(core::ConfigTable& table) const {
    return std::make_shared<ForgeSettings>(ForgeSettings::read(table));
}

void ForgeFamily::check_shape(const geometry::ReadoutGrid& grid, std::size_t, const train::Settings&) const {
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
