#include "validate/calochallenge/HighLevelFeatures.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "validate/calochallenge/Separation.hh"

namespace caloforge::validate::calochallenge {
namespace {

/// Keeps quotients of empty layers defined; the evaluation's own.
constexpr double nearly_nothing = 1e-16;

bool needs_sectors(Feature feature) {
    return feature == Feature::centre_eta || feature == Feature::centre_phi ||
           feature == Feature::width_eta || feature == Feature::width_phi;
}

struct Moments {
    double centre = 0, width = 0;
};

Moments moments(std::span<const double> energies, const std::vector<double>& place, double sum) {
    double first = 0, second = 0;
    for (std::size_t i = 0; i < energies.size(); ++i) {
        const double weighted = place[i] * energies[i];
        first += weighted;
        second += place[i] * weighted;
    }
    first /= sum + nearly_nothing;
    second /= sum + nearly_nothing;
    return {first, std::sqrt(std::max(0.0, second - first * first))};
}

}  // namespace

const char* to_string(Feature feature) {
    static constexpr std::array names = {"layer_energy", "centre_eta", "centre_phi", "width_eta",
                                         "width_phi",    "sparsity",   "centre_r",   "width_r"};
    return names[static_cast<std::size_t>(feature)];
}

HighLevelFeatures::HighLevelFeatures(const geometry::ReadoutRings& rings) : voxels_(rings.cells()) {
    for (std::size_t z = 0; z < rings.layers().size(); ++z) {
        const auto& read = rings.layers()[z];
        Layer layer{read.id, rings.start(z), read.sectors > 1, {}, {}, {}};
        // In steps as NumPy makes them: where a sector's middle is at a right angle, rounding decides on
        // which side of zero its eta lies, and zero is an edge of the histograms.
        const std::vector<double> edges = even_edges(-std::numbers::pi, std::numbers::pi, read.sectors);
        for (std::size_t a = 0; a < read.sectors; ++a) {
            const double alpha = edges[a] + (edges[a + 1] - edges[a]) / 2;
            for (std::size_t k = 0; k < read.rings(); ++k) {
                const double r = read.edges[k] + (read.edges[k + 1] - read.edges[k]) / 2;
                layer.r.push_back(r);
                layer.eta.push_back(r * std::cos(alpha));
                layer.phi.push_back(r * std::sin(alpha));
            }
        }
        layers_.push_back(std::move(layer));
    }
    for (const Feature feature : all_features) {
        for (const Layer& layer : layers_) {
            if (layer.sectors || !needs_sectors(feature)) columns_.push_back({feature, layer.id});
        }
    }
}

std::pair<std::size_t, std::size_t> HighLevelFeatures::columns_of(Feature feature) const {
    const auto is = [&](const Column& column) { return column.feature == feature; };
    const auto first = std::ranges::find_if(columns_, is);
    const auto last = std::find_if_not(first, columns_.end(), is);
    return {static_cast<std::size_t>(first - columns_.begin()),
            static_cast<std::size_t>(last - columns_.begin())};
}

void HighLevelFeatures::fill(std::span<const double> voxels, std::span<double> out) const {
    // Where the next value of each feature goes.
    std::array<std::size_t, std::size(all_features)> next{};
    for (const Feature feature : all_features)
        next[static_cast<std::size_t>(feature)] = columns_of(feature).first;
    const auto put = [&](Feature feature, double value) {
        out[next[static_cast<std::size_t>(feature)]++] = value;
    };
    for (const Layer& layer : layers_) {
        const auto energies = voxels.subspan(layer.first, layer.r.size());
        const double sum = std::accumulate(energies.begin(), energies.end(), 0.0);
        const auto hit = std::ranges::count_if(energies, [](double energy) { return energy > 0; });
        put(Feature::layer_energy, sum);
        put(Feature::sparsity, 1 - static_cast<double>(hit) / static_cast<double>(energies.size()));
        const Moments r = moments(energies, layer.r, sum);
        put(Feature::centre_r, r.centre);
        put(Feature::width_r, r.width);
        if (!layer.sectors) continue;
        const Moments eta = moments(energies, layer.eta, sum), phi = moments(energies, layer.phi, sum);
        put(Feature::centre_eta, eta.centre);
        put(Feature::centre_phi, phi.centre);
        put(Feature::width_eta, eta.width);
        put(Feature::width_phi, phi.width);
    }
}

}  // namespace caloforge::validate::calochallenge
