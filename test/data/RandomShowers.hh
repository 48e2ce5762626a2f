#pragma once

#include "core/Random.hh"
#include "data/ShowerWriter.hh"

namespace caloforge::test {

inline const geometry::ReadoutGrid cartesian_grid{5, 4, 3, 5.1, 5.0};
inline const geometry::ReadoutGrid cylindrical_grid{9, 16, 45, 0, 0};

/// `count` showers of which a fifth of the cells, above the reading threshold, is filled; with angles and
/// impact points. A function of (seed, shower).
inline data::ShowerBatch random_showers(const geometry::ReadoutGrid& grid, std::size_t count,
                                        std::uint64_t seed = 1) {
    data::ShowerBatch batch;
    batch.grid = grid;
    std::vector<float> noise(grid.cells() + 4);
    for (std::size_t i = 0; i < count; ++i) {
        core::RandomStream(seed, i, 0).uniform(noise);
        const float* head = noise.data() + grid.cells();
        for (std::size_t c = 0; c < grid.cells(); ++c) {
            batch.cells.push_back(noise[c] < 0.2F ? 1e-5F + 0.01F * noise[c] : 0.0F);
        }
        batch.incident.push_back(10 + 490 * head[0]);
        batch.theta.push_back(1 + head[1]);
        batch.impact.push_back(5 * head[2] - 2.5F);
        batch.impact.push_back(5 * head[3] - 2.5F);
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
    const auto cut = [first, count](const std::vector<float>& values, std::size_t width) {
        if (values.empty()) return values;
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(first * width);
        return std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(count * width));
    };
    return {batch.grid, cut(batch.cells, batch.grid.cells()), cut(batch.incident, 1), cut(batch.theta, 1),
            cut(batch.impact, 2)};
}

inline void write_file(const std::filesystem::path& path, const data::ShowerBatch& batch,
                       data::WriteOptions options = {}) {
    data::ShowerWriter writer(path, batch.grid, std::move(options));
    writer.append(batch);
    writer.commit();
}

inline data::ShowerBatch read_file(const std::filesystem::path& path, data::ReadOptions options = {}) {
    data::ShowerFile file(path, std::move(options));
    data::ShowerBatch batch;
    file.read(0, file.size(), batch);
    return batch;
}

}  // namespace caloforge::test
