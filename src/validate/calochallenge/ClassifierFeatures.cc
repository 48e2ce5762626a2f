#include "validate/calochallenge/ClassifierFeatures.hh"

#include <cmath>

namespace caloforge::validate::calochallenge {
namespace {

/// Keeps logarithms and quotients of empty layers finite.
constexpr double least_energy = 1e-8, nearly_nothing = 1e-16;
/// Brings lengths near 1.
constexpr double length_unit = 100;

void add(FeatureMatrix& out, double value) {
    out.values.push_back(static_cast<float>(value));
}

FeatureMatrix matrix(std::size_t columns, std::size_t rows) {
    FeatureMatrix out;
    out.columns = columns;
    out.as_is = true;
    out.values.reserve(columns * rows);
    return out;
}

void add_columns(FeatureMatrix& out, std::span<const double> row, std::pair<std::size_t, std::size_t> columns,
                 double unit) {
    for (std::size_t c = columns.first; c < columns.second; ++c) add(out, row[c] / unit);
}

}  // namespace

FeatureMatrix observable_columns(const FeatureTable& table) {
    const auto columns_of = [&](Feature feature) {
        std::pair<std::size_t, std::size_t> found{table.columns.size(), 0};
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            if (table.columns[c].feature != feature) continue;
            found.first = std::min(found.first, c);
            found.second = c + 1;
        }
        return found;
    };
    const auto energies = columns_of(Feature::layer_energy);
    FeatureMatrix out = matrix(table.columns.size() + 2, table.size());
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto row = table.row(i);
        add(out, std::log10(table.incident[i]));
        for (std::size_t c = energies.first; c < energies.second; ++c)
            add(out, std::log10(row[c] + least_energy));
        for (const Feature feature :
             {Feature::centre_eta, Feature::centre_phi, Feature::width_eta, Feature::width_phi})
            add_columns(out, row, columns_of(feature), length_unit);
        add(out, std::log10(table.deposited[i] + least_energy));
        add_columns(out, row, columns_of(Feature::sparsity), 1);
        for (const Feature feature : {Feature::centre_r, Feature::width_r})
            add_columns(out, row, columns_of(feature), length_unit);
    }
    return out;
}

FeatureMatrix cell_columns(const data::ShowerSet& set, double cut, const std::string& what) {
    FeatureMatrix out = matrix(set.readout().cells() + 1, set.size());
    for_each_shower(set, what, [&](std::span<const double> voxels, double incident, std::size_t) {
        add(out, std::log10(incident));
        for (const double energy : voxels) add(out, energy < cut ? 0 : energy / incident);
    });
    return out;
}

NormedCells normed_cell_columns(const data::ShowerSet& set, const FeatureTable& table,
                                const HighLevelFeatures& features, const std::string& what) {
    const std::size_t first_energy = features.columns_of(Feature::layer_energy).first;
    NormedCells out{matrix(features.voxels() + features.layers() + 1, set.size())};
    for_each_shower(set, what, [&](std::span<const double> voxels, double incident, std::size_t shower) {
        const auto energies = table.row(shower).subspan(first_energy, features.layers());
        add(out.matrix, std::log10(incident));
        for (std::size_t z = 0; z < features.layers(); ++z) {
            const auto [first, last] = features.voxels_of(z);
            bool hit = false;
            for (std::size_t v = first; v < last; ++v) {
                hit = hit || voxels[v] > 0;
                add(out.matrix, voxels[v] / (energies[z] + nearly_nothing));
            }
            if (hit && energies[z] == 0) ++out.layers_below_cut;
        }
        for (const double energy : energies) add(out.matrix, std::log10(energy + least_energy));
    });
    return out;
}

}  // namespace caloforge::validate::calochallenge
