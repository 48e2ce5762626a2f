#include "family/forge/ForgeFar.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <tuple>
#include <vector>

#include "core/Random.hh"
#include "family/forge/ForgeTruth.hh"
#include "model/Network.hh"
#include "model/Noise.hh"
#include "network/ForgeClusters.hh"
#include "network/NetworkPlan.hh"

// What is drawn outside the window.
namespace caloforge::family::forge::test {
namespace {

using torch::Tensor;

constexpr std::size_t layers = 3;

network::ForgeOptions options(std::size_t wide, std::size_t window) {
    network::ForgeOptions out;
    out.nx = out.ny = window;
    out.nz = layers;
    out.grid_x = out.grid_y = wide;
    out.cell_x = out.cell_y = 5;
    out.clusters = 40;
    out.mip = 1e-4;
    out.response = 0.001;
    for (std::size_t z = 0; z < layers; ++z) out.depths.push_back(10.0 * static_cast<double>(z));
    return out;
}

// Showers with a core and hits all over the read-out.
data::ShowerBatch showers(std::size_t count, std::size_t wide) {
    data::ShowerBatch batch{
        geometry::ReadoutGrid{wide, wide, layers, 5, 5},
        sample::Columns(count, {sample::energy_field, sample::impact_field, sample::direction_field}),
        {}};
    batch.cells.resize(count * batch.readout.cells());
    for (std::size_t i = 0; i < count; ++i) {
        const core::RandomStream random(3, i, 0);
        batch.conditions.values("energy")[i] = 50;
        for (std::uint32_t axis = 0; axis < 2; ++axis)
            batch.conditions.values("impact")[2 * i + axis] =
                static_cast<float>(5 * (random.uniform_at(1 + axis) - 0.5));
        batch.conditions.values("direction")[2 * i] = static_cast<float>(0.5 * random.uniform_at(3));
        batch.conditions.values("direction")[2 * i + 1] =
            static_cast<float>(2 * std::numbers::pi * random.uniform_at(4));
        const auto cell = [&](std::size_t x, std::size_t y, std::size_t z) -> float& {
            return batch.shower(i)[(x * wide + y) * layers + z];
        };
        for (std::size_t z = 0; z < layers; ++z) {
            cell(wide / 2, wide / 2, z) = 5e-3F;
            for (std::uint32_t hit = 0; hit < 9; ++hit) {
                const auto draw = [&](std::uint32_t which) {
                    return random.uniform_at(10 + 40 * static_cast<std::uint32_t>(z) + 4 * hit + which);
                };
                const auto at = [&](std::uint32_t which) {
                    return static_cast<std::size_t>(static_cast<double>(wide) * draw(which));
                };
                cell(at(0), at(1), z) = static_cast<float>(1e-4 * (0.5 + draw(2)));
            }
        }
    }
    return batch;
}

TEST(FarClusters, HoldAllThatLiesOutsideTheWindow) {
    for (const std::size_t wide : {15, 16}) {
        const network::ForgeOptions o = options(wide, wide == 15 ? 7 : 8);
        const ForgeShowers given = filled(showers(30, wide), torch::kCPU, o, 1, 0);
        const ForgeShowers seen = windowed(given, o);
        ASSERT_EQ(seen.size(), 30);
        const Tensor& own = seen.clusters.at("cluster_energy");
        const Tensor sums = own.squeeze(1) * (1 + seen.clusters.at("cluster_edges").sum({1, 2}) +
                                              seen.clusters.at("cluster_corners").sum({1, 2}));
        const Tensor layer = (seen.clusters.at("cluster_ring") / network::ForgeRings(o).count).floor();
        Tensor far = torch::zeros({30, static_cast<std::int64_t>(layers)});
        far.scatter_add_(1, layer.squeeze(1).to(torch::kLong), sums);
        const Tensor near = seen.showers.sum({1, 2, 3}) / o.mip;
        EXPECT_TRUE(torch::allclose((far + near).to(torch::kFloat64), seen.layers / o.mip, 1e-5, 1e-3))
            << wide;
        EXPECT_GT(far.sum().item<double>(), 0.1 * near.sum().item<double>());
        EXPECT_EQ((own > 0).sum().item<std::int64_t>(),
                  seen.clusters.at("cluster_count").sum().item<std::int64_t>());
    }
}

// The generator, told all that it draws.
network::NetworkSpec told(const network::ForgeOptions& o) {
    network::NetworkSpec spec = network::forge_generator(o);
    const network::NetworkPlan plan = network::plan_network(spec);
    const auto draws = [](const network::Layer& layer) {
        return layer.type == "sample" || layer.type == "choose";
    };
    network::NetworkSpec out = spec;
    std::erase_if(out.layers, draws);
    for (const network::Layer& layer : spec.layers) {
        if (draws(layer)) out.inputs.push_back({layer.name, plan.shapes.at(layer.name), "1"});
    }
    return out;
}

using Hit = std::tuple<std::int64_t, std::int64_t, float>;  // ring, sector, MIP

std::vector<Hit> hits(const model::TensorMap& clusters, std::int64_t shower) {
    std::vector<Hit> out;
    for (std::int64_t i = 0; i < clusters.at("cluster_present").size(2); ++i) {
        const auto at = [&](const char* name) { return clusters.at(name)[shower][0][i].item<float>(); };
        if (at("cluster_present") > 0)
            out.emplace_back(static_cast<std::int64_t>(at("cluster_ring")),
                             static_cast<std::int64_t>(at("cluster_sector")), at("cluster_energy"));
    }
    std::ranges::sort(out);
    return out;
}

TEST(FarClusters, AreMadeWhereTheyWere) {
    for (const std::size_t wide : {31, 32}) {
        const network::ForgeOptions o = options(wide, wide == 31 ? 11 : 12);
        const ForgeShowers seen = windowed(filled(showers(20, wide), torch::kCPU, o, 1, 0), o);
        model::Network network(told(o));
        network.initialise(1);
        network.eval();
        model::TensorMap inputs = forge_truth(o, seen).drawn;
        inputs.insert(seen.conditions.begin(), seen.conditions.end());
        std::vector<sample::Key> keys;
        for (std::uint64_t number = 0; number < 20; ++number) keys.push_back({5, number});
        inputs.merge(model::make_noise(told(o), keys));
        const torch::NoGradGuard no_grad;
        ForgeShowers made = seen;
        made.showers = network.forward(inputs, {}).at("showers");
        made.clusters.clear();
        // Of a layer what was in the window is there again, cell by cell.
        const ForgeShowers again = windowed(made, o);
        EXPECT_TRUE(torch::allclose(again.showers, seen.showers, 1e-4, 1e-8)) << wide;
        std::int64_t all = 0, same = 0, beside = 0;
        for (std::int64_t j = 0; j < seen.size(); ++j) {
            const std::vector<Hit> before = hits(seen.clusters, j), after = hits(again.clusters, j);
            std::map<float, std::pair<std::int64_t, std::int64_t>> by_energy;
            for (const auto& [ring, sector, energy] : after)
                by_energy[std::round(energy * 1e4F)] = {ring, sector};
            for (const auto& [ring, sector, energy] : before) {
                ++all;
                const auto found = by_energy.find(std::round(energy * 1e4F));
                if (found == by_energy.end() || found->second.first != ring) continue;
                const std::int64_t apart = std::abs(found->second.second - sector);
                same += apart == 0;
                beside += apart == 1 || apart == network::forge_sectors - 1;
            }
        }
        // Some meet another, some lie at the border of two sectors.
        EXPECT_GT(all, 200);
        EXPECT_GT(static_cast<double>(same + beside), 0.85 * static_cast<double>(all)) << wide;
        EXPECT_GT(static_cast<double>(same), 0.6 * static_cast<double>(all)) << wide;
    }
}

}  // namespace
}  // namespace caloforge::family::forge::test
