#include "validate/shower/CellFeatures.hh"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "validate/statistics/SampleChoice.hh"

namespace caloforge::validate {
namespace {

void fill_calochallenge(std::span<const float> cells, float incident, std::span<float> row) {
    constexpr float factor = 100;
    constexpr float mev_per_gev = 1000;
    std::transform(cells.begin(), cells.end(), row.begin(),
                   [&](float energy) { return factor * energy / incident; });
    row.back() = std::log10(incident * mev_per_gev);
}

/// `layer_of`: the layer of every cell.
void fill_standard(std::span<const float> cells, std::span<const std::size_t> layer_of, std::size_t layers,
                   float incident, std::span<float> row) {
    std::transform(cells.begin(), cells.end(), row.begin(),
                   [&](float energy) { return std::sqrt(std::sqrt(energy / incident)); });
    std::vector<double> sums(layers);
    for (std::size_t i = 0; i < cells.size(); ++i) sums[layer_of[i]] += static_cast<double>(cells[i]);
    double deposited = 0;
    for (std::size_t z = 0; z < layers; ++z) {
        row[cells.size() + z] = static_cast<float>(sums[z] / static_cast<double>(incident));
        deposited += sums[z];
    }
    row[cells.size() + layers] = static_cast<float>(deposited / static_cast<double>(incident));
    row.back() = std::log10(incident);
}

}  // namespace

std::size_t cell_feature_columns(std::size_t cells, std::size_t layers, CellScaling scaling) {
    return scaling == CellScaling::calochallenge ? cells + 1 : cells + layers + 2;
}

FeatureMatrix cell_features(const data::ShowerSet& set, const Range& range,
                            const CellFeatureOptions& options) {
    const geometry::Readout& readout = set.readout();
    FeatureMatrix out;
    out.columns = cell_feature_columns(readout.cells(), readout.layers(), options.scaling);
    if (options.scaling == CellScaling::standard) {
        out.picture = readout.cells();
    } else {
        out.as_is = true;
    }
    std::vector<std::size_t> layer_of(readout.cells());
    for (std::size_t cell = 0; cell < layer_of.size(); ++cell) layer_of[cell] = readout.layer_of(cell);
    SampleChoice choice(options.max_showers, options.seed);
    // Address space only: pages are taken as rows are filled.
    out.values.reserve(std::min(options.max_showers, set.size()) * out.columns);
    set.for_each_batch(options.batch_size, [&](const data::ShowerBatch& batch, std::size_t first) {
        const auto energies = batch.conditions.values("energy");
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const float incident = energies[i];
            if (!range.holds(static_cast<double>(incident))) continue;
            const auto slot = choice.offer(first + i);
            if (!slot) continue;
            if (*slot == out.rows()) out.values.resize(out.values.size() + out.columns);
            if (options.scaling == CellScaling::calochallenge) {
                fill_calochallenge(batch.shower(i), incident, out.row(*slot));
            } else {
                fill_standard(batch.shower(i), layer_of, readout.layers(), incident, out.row(*slot));
            }
        }
    });
    return out;
}

}  // namespace caloforge::validate
