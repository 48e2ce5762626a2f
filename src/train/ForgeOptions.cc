#include "train/ForgeOptions.hh"

#include <fmt/format.h>

#include <algorithm>

#include "core/Error.hh"

namespace caloforge::train {

network::ForgeOptions forge_options(const TrainConfig& config, const geometry::Detector& detector,
                                    const data::Normalisation& normalisation, const Survey& survey) {
    network::ForgeOptions options = config.forge;
    const auto& grid = detector.grid();
    if (grid.nx < 4 || grid.ny < 4 || grid.nz < 2) {
        throw core::InputError(fmt::format(
            "the network forge needs 4 x 4 x 2 cells or more (the detector `{}` has {} x {} x {}).",
            detector.name(), grid.nx, grid.ny, grid.nz));
    }
    options.nx = grid.nx;
    options.ny = grid.ny;
    options.nz = grid.nz;
    options.cell_x = grid.cell_x;
    options.cell_y = grid.cell_y;
    options.mip = detector.mip();
    options.response = normalisation.sampling_fraction;
    options.impact = survey.impact;
    options.pivot = static_cast<std::size_t>(
        std::max_element(survey.layer_sums.begin(), survey.layer_sums.end()) - survey.layer_sums.begin());
    return options;
}

}  // namespace caloforge::train
