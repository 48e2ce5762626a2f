#include "validate/calochallenge/FeatureTable.hh"

#include <algorithm>
#include <numeric>

#include "core/Progress.hh"

namespace caloforge::validate::calochallenge {
namespace {

constexpr std::size_t showers_at_once = 64;

}  // namespace

void for_each_shower(const data::ShowerSet& set, const std::string& what, const VisitVoxels& visit) {
    core::Progress progress(what, set.size(), "showers");
    std::vector<double> voxels;
    set.for_each_batch(showers_at_once, [&](const data::ShowerBatch& batch, std::size_t first) {
        const auto incident = batch.conditions.values("energy");
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto shower = batch.shower(i);
            voxels.assign(shower.begin(), shower.end());
            visit(voxels, static_cast<double>(incident[i]), first + i);
        }
        progress.update(first + batch.size());
    });
}

void apply_cut(std::span<double> voxels, double cut) {
    for (double& energy : voxels) {
        if (energy < cut) energy = 0;
    }
}

FeatureTable feature_table(const data::ShowerSet& set, const HighLevelFeatures& features, double cut,
                           const std::string& what) {
    FeatureTable out;
    out.columns = features.columns();
    out.values.resize(set.size() * out.columns.size());
    std::vector<double> kept;
    for_each_shower(
        set, "features of the " + what,
        [&](std::span<const double> voxels, double incident, std::size_t shower) {
            kept.assign(voxels.begin(), voxels.end());
            apply_cut(kept, cut);
            out.incident.push_back(incident);
            out.deposited.push_back(std::accumulate(kept.begin(), kept.end(), 0.0));
            out.largest_voxel = std::max(out.largest_voxel, *std::ranges::max_element(kept));
            features.fill(kept, {out.values.data() + shower * out.columns.size(), out.columns.size()});
        });
    return out;
}

void count_voxels(const data::ShowerSet& set, double cut, const std::string& what, Counts& counts) {
    for_each_shower(set, "voxels of the " + what, [&](std::span<const double> voxels, double, std::size_t) {
        for (const double energy : voxels) {
            if (energy >= cut) counts.add(energy);
        }
    });
}

}  // namespace caloforge::validate::calochallenge
