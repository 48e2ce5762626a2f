#pragma once

#include <filesystem>

#include "core/Random.hh"
#include "data/ShowerWriter.hh"
#include "family/Families.hh"
#include "train/Training.hh"

namespace caloforge::train::test {

/// A file of `count` made-up showers on the 3DGAN's grid: a blob whose energy follows the incident energy.
inline void write_showers(const std::filesystem::path& path, std::size_t count, std::uint64_t seed = 1) {
    data::ShowerBatch batch{geometry::ReadoutGrid{25, 25, 25, 5.1, 5.1}, sample::Columns(count), {}};
    const auto energies = batch.conditions.add(sample::energy_field);
    batch.cells.resize(count * batch.readout.cells());
    for (std::size_t i = 0; i < count; ++i) {
        const core::RandomStream random(seed, i, 0);
        const double energy = 10 + 490 * random.uniform_at(0);
        energies[i] = static_cast<float>(energy);
        for (std::size_t c = 0; c < 400; ++c) {
            const std::size_t x = 10 + c % 5, y = 10 + c / 5 % 5, z = 4 + c / 25;
            batch.shower(i)[(x * 25 + y) * 25 + z] = static_cast<float>(
                0.02 * energy / 400 * (0.5 + random.uniform_at(static_cast<std::uint32_t>(c) + 1)));
        }
    }
    data::ShowerWriter writer(path, batch.readout);
    writer.append(std::move(batch));
    writer.commit();
}

/// Small enough for a test: two showers a step, one thread. `toml`: what else it is told.
inline TrainConfig tiny_config(const std::filesystem::path& data, std::int64_t steps,
                               const std::string& toml = "") {
    core::ConfigTable table = core::ConfigTable::parse(toml);
    TrainConfig config = TrainConfig::read(table, family::families());
    config.data = {data.string()};
    config.detector = CALOFORGE_SOURCE_DIR "/detectors/clic-ecal.toml";
    config.batch = 2;
    config.steps = steps;
    config.threads = 1;
    config.checkpoint_every = 2;
    return config;
}

}  // namespace caloforge::train::test
