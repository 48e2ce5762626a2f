#pragma once

#include <algorithm>

#include "core/Random.hh"
#include "data/Normalisation.hh"
#include "data/ShowerBatch.hh"

namespace caloforge::app {

/// Showers whose content does not matter for the time: about as many cells are hit as in a real one.
inline data::ShowerBatch made_up_showers(std::size_t count, const geometry::ReadoutGrid& grid) {
    constexpr float hit_share = 0.1F;
    data::ShowerBatch batch{grid, sample::Columns(count), std::vector<float>(count * grid.cells())};
    std::ranges::fill(batch.conditions.add(sample::energy_field), 100.0F);
    core::RandomStream(1, 0, 0).uniform(batch.cells);
    for (float& cell : batch.cells) cell = cell < hit_share ? 1e-2F * cell : 0.0F;
    return batch;
}

inline data::Normalisation made_up_normalisation() {
    data::Normalisation normalisation;
    normalisation.cell_scale = 100;
    normalisation.sum_coefficients = {0, 2.0};
    normalisation.sampling_fraction = 0.02;
    normalisation.energy_low = 10;
    normalisation.energy_high = 500;
    return normalisation;
}

}  // namespace caloforge::app
