#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/Random.hh"
#include "data/ShowerSet.hh"
#include "data/ShowerWriter.hh"
#include "geometry/ReadoutRings.hh"
#include "validate/calochallenge/ReadSet.hh"

namespace caloforge::test {

/// Made-up showers of one of the CaloChallenge's data sets.
struct ToyFile {
    geometry::ReadoutRings rings = geometry::ReadoutRings::regular(45, 16, 9, 4.65);
    std::size_t count = 200;
    std::uint64_t seed = 1;
    double scale = 1;         ///< factor on every voxel
    double energy_scale = 1;  ///< factor on every incident energy
    bool steps = false;       ///< incident energies 256 MeV * 2^k, k = 0 to 14; else 1 GeV to 1 TeV
};

/// Layers like those of data set 1, photons: 368 voxels in 5 layers, two of them in ten sectors.
inline geometry::ReadoutRings photon_rings() {
    using Layer = geometry::ReadoutRings::Layer;
    const auto rings = [](int id, std::size_t sectors, std::size_t count, double width) {
        Layer layer{{0}, sectors, id};
        for (std::size_t k = 1; k <= count; ++k) layer.edges.push_back(width * static_cast<double>(k * k));
        return layer;
    };
    return geometry::ReadoutRings({rings(0, 1, 8, 9), rings(1, 10, 16, 0.8), rings(2, 10, 19, 1.1),
                                   rings(3, 1, 5, 24), rings(12, 1, 5, 80)});
}

/// Writes them, in MeV as that layout is, and gives the path.
inline std::filesystem::path write_toy(const std::filesystem::path& path, const ToyFile& toy) {
    data::ShowerBatch batch{toy.rings, sample::Columns(toy.count), {}};
    const auto energies = batch.conditions.add(sample::energy_field);
    const std::size_t cells = batch.readout.cells();
    batch.cells.resize(toy.count * cells);
    std::vector<float> uniform(cells);
    for (std::size_t i = 0; i < toy.count; ++i) {
        core::RandomStream(toy.seed, i, 7).uniform(uniform);
        const double place = core::RandomStream(toy.seed, i, 8).uniform_at(0);
        const double energy =
            toy.steps ? 0.256 * std::exp2(static_cast<double>(i % 15)) : std::pow(1e3, place);
        energies[i] = static_cast<float>(energy * toy.energy_scale);
        double sum = 0;
        for (std::size_t c = 0; c < cells; ++c) {
            const double value = std::pow(static_cast<double>(uniform[c]), 8);
            batch.shower(i)[c] = uniform[c] < 0.3F ? 0 : static_cast<float>(value);
            sum += value;
        }
        for (float& cell : batch.shower(i)) cell = static_cast<float>(cell * energy * toy.scale / sum);
    }
    data::WriteOptions options;
    options.layout = data::Layout::calochallenge;
    data::ShowerWriter writer(path, batch.readout, options);
    writer.append(std::move(batch));
    writer.commit();
    return path;
}

inline validate::calochallenge::ReadAs read_as(const std::string& name) {
    validate::calochallenge::ReadAs how;
    how.name = name;
    return how;
}

}  // namespace caloforge::test
