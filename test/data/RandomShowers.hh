#pragma once

#include <numbers>

#include "core/Random.hh"
#include "data/ShowerWriter.hh"

namespace caloforge::test {

inline const geometry::ReadoutGrid cartesian_grid{5, 4, 3, 5.1, 5.0};
inline const geometry::Readout cylinder = geometry::ReadoutRings::regular(45, 16, 9);

/// `count` showers of which a fifth of the cells, above the reading threshold, is filled; with all conditions
/// that have a standard name, directions in the plane of x and z. A function of (seed, shower).
inline data::ShowerBatch random_showers(const geometry::Readout& readout, std::size_t count,
                                        std::uint64_t seed = 1) {
    data::ShowerBatch batch{readout, sample::Columns(count), {}};
    for (const auto& field :
         {sample::energy_field, sample::impact_field, sample::direction_field, sample::particle_field})
        batch.conditions.add(field);
    const auto energy = batch.conditions.values("energy"), impact = batch.conditions.values("impact"),
               direction = batch.conditions.values("direction"),
               particle = batch.conditions.values("particle");
    const std::size_t cells = readout.cells();
    std::vector<float> noise(cells + 4);
    for (std::size_t i = 0; i < count; ++i) {
        core::RandomStream(seed, i, 0).uniform(noise);
        const float* head = noise.data() + cells;
        for (std::size_t c = 0; c < cells; ++c) {
            batch.cells.push_back(noise[c] < 0.2F ? 1e-5F + 0.01F * noise[c] : 0.0F);
        }
        energy[i] = 10 + 490 * head[0];
        direction[2 * i] = 0.5F * head[1];
        direction[2 * i + 1] = i % 3 == 0 ? std::numbers::pi_v<float> : 0.0F;
        impact[2 * i] = 5 * head[2] - 2.5F;
        impact[2 * i + 1] = 5 * head[3] - 2.5F;
        particle[i] = i % 2 == 0 ? -11.0F : 22.0F;
    }
    return batch;
}

/// Options of reading; a threshold of 0 keeps every cell.
inline data::ReadOptions read_options(double scale, double threshold) {
    data::ReadOptions options;
    options.scale = scale;
    options.threshold = threshold;
    return options;
}

/// A part of a batch.
inline data::ShowerBatch slice(const data::ShowerBatch& batch, std::size_t first, std::size_t count) {
    data::ShowerBatch out{batch.readout, sample::Columns(count, batch.conditions.fields()), {}};
    for (std::size_t i = 0; i < count; ++i) {
        out.conditions.copy_row(i, batch.conditions, first + i);
        const auto shower = batch.shower(first + i);
        out.cells.insert(out.cells.end(), shower.begin(), shower.end());
    }
    return out;
}

inline void write_file(const std::filesystem::path& path, const data::ShowerBatch& batch,
                       data::WriteOptions options = {}) {
    data::ShowerWriter writer(path, batch.readout, std::move(options));
    writer.append(batch);
    writer.commit();
}

/// Values of a condition, to be compared.
inline std::vector<float> values(const data::ShowerBatch& batch, const std::string& name) {
    const auto found = batch.conditions.values(name);
    return {found.begin(), found.end()};
}

inline data::ShowerBatch read_file(const std::filesystem::path& path, data::ReadOptions options = {}) {
    data::ShowerFile file(path, std::move(options));
    data::ShowerBatch batch;
    file.read(0, file.size(), batch);
    return batch;
}

}  // namespace caloforge::test
