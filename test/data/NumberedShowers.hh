#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/TemporaryFolder.hh"
#include "data/ShowerWriter.hh"

namespace caloforge::test {

/// Cells per axis of the showers below.
inline const geometry::ReadoutGrid numbered_grid{2, 3, 4, 0, 0};

/// Showers first ... first + count - 1 of a numbered collection: shower n has n + 1 GeV, of which every cell
/// holds (n + 1) / 1024 GeV, exact in float32.
inline data::ShowerBatch numbered_batch(std::size_t first, std::size_t count) {
    data::ShowerBatch batch{numbered_grid, sample::Columns(count), {}};
    const auto energies = batch.conditions.add(sample::energy_field);
    for (std::size_t i = 0; i < count; ++i) {
        energies[i] = static_cast<float>(first + i + 1);
        batch.cells.insert(batch.cells.end(), numbered_grid.cells(), energies[i] / 1024);
    }
    return batch;
}

inline void write_showers(const std::filesystem::path& path, data::ShowerBatch batch) {
    data::ShowerWriter writer(path, batch.readout);
    writer.append(std::move(batch));
    writer.commit();
}

/// Writes files of the given sizes into the folder, numbered through from 0, and gives their paths.
inline std::vector<std::filesystem::path> numbered_files(const TemporaryFolder& folder,
                                                         const std::vector<std::size_t>& sizes) {
    std::vector<std::filesystem::path> paths;
    std::size_t first = 0;
    for (const std::size_t size : sizes) {
        paths.push_back(folder / ("part" + std::to_string(paths.size()) + ".h5"));
        write_showers(paths.back(), numbered_batch(first, size));
        first += size;
    }
    return paths;
}

/// The numbers of the showers in a batch.
inline std::vector<std::size_t> numbers(const data::ShowerBatch& batch) {
    std::vector<std::size_t> out;
    for (const float energy : batch.conditions.values("energy"))
        out.push_back(static_cast<std::size_t>(energy) - 1);
    return out;
}

}  // namespace caloforge::test
