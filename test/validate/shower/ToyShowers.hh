#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "core/Random.hh"
#include "data/ShowerSet.hh"
#include "data/ShowerWriter.hh"

namespace caloforge::test {

/// Showers that look like showers: a profile in depth, a core that falls off sideways, fluctuations.
struct Toy {
    std::size_t count = 400;
    std::uint64_t seed = 1;
    double low = 10;  ///< incident energies, GeV, uniform
    double high = 500;
    double scale = 1;       ///< factor on every cell
    std::size_t shift = 0;  ///< layers deeper
    double dropped = 0;     ///< share of the cells set to zero
    geometry::ReadoutGrid grid{9, 9, 12, 0, 0};
};

inline constexpr double toy_fraction = 0.02;

inline data::ShowerBatch toy_showers(const Toy& toy) {
    const auto& grid = toy.grid;
    data::ShowerBatch batch{grid, sample::Columns(toy.count), {}};
    const auto energies = batch.conditions.add(sample::energy_field);
    batch.cells.resize(toy.count * grid.cells());
    for (std::size_t i = 0; i < toy.count; ++i) {
        const core::RandomStream random(toy.seed, i, 7);
        std::vector<float> uniform(grid.cells());
        random.uniform(uniform);
        std::vector<float> dropping(grid.cells());
        core::RandomStream(toy.seed, i, 8).uniform(dropping);
        std::vector<float> normal(2);
        core::RandomStream(toy.seed, i, 9).normal(normal);
        const double energy =
            toy.low + (toy.high - toy.low) * core::RandomStream(toy.seed, i, 10).uniform_at(0);
        energies[i] = static_cast<float>(energy);
        const double depth = 3 + 0.3 * std::log(energy) + 0.3 * normal[0];

        const auto cells = batch.shower(i);
        double sum = 0;
        for (std::size_t c = 0; c < grid.cells(); ++c) {
            const double z = static_cast<double>(c % grid.nz);
            const double y =
                static_cast<double>(c / grid.nz % grid.ny) - 0.5 * static_cast<double>(grid.ny - 1);
            const double x =
                static_cast<double>(c / grid.nz / grid.ny) - 0.5 * static_cast<double>(grid.nx - 1);
            const double from = z - static_cast<double>(toy.shift) + 0.5;
            if (from < 0) continue;
            const double value = std::pow(from, depth / 1.5) *
                                 std::exp(-from / 1.5 - 1.2 * std::hypot(x, y)) * (0.2 + 1.6 * uniform[c]);
            cells[c] = static_cast<float>(value);
            sum += value;
        }
        const double wanted = toy_fraction * (1 + 0.05 * normal[1]) * energy;
        for (std::size_t c = 0; c < grid.cells(); ++c) {
            cells[c] =
                dropping[c] < toy.dropped ? 0.0F : static_cast<float>(cells[c] * wanted / sum * toy.scale);
        }
    }
    return batch;
}

/// The same in cylindrical cells: x becomes the ring, y the sector.
inline data::ShowerBatch in_rings(const data::ShowerBatch& batch) {
    const auto& grid = *batch.readout.grid();
    data::ShowerBatch out{geometry::ReadoutRings::regular(grid.nz, grid.ny, grid.nx), batch.conditions,
                          std::vector<float>(batch.cells.size())};
    for (std::size_t i = 0; i < batch.size(); ++i) {
        for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
            const auto [ring, sector, z] = out.readout.place_of(cell);
            out.shower(i)[cell] = batch.shower(i)[(ring * grid.ny + sector) * grid.nz + z];
        }
    }
    return out;
}

inline data::ShowerSet write_set(const std::filesystem::path& path, data::ShowerBatch batch) {
    data::ShowerWriter writer(path, batch.readout, {});
    writer.append(std::move(batch));
    writer.commit();
    // Every cell counts, so that scaling does not move cells over the reader's own threshold.
    data::ReadOptions options;
    options.threshold = 0;
    return data::ShowerSet::open({path}, options);
}

inline data::ShowerSet write_set(const std::filesystem::path& path, const Toy& toy) {
    return write_set(path, toy_showers(toy));
}

}  // namespace caloforge::test
