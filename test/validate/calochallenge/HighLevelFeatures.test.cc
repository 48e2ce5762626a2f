#include "validate/calochallenge/HighLevelFeatures.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <string>

#include "ToyFiles.hh"

namespace caloforge::validate::calochallenge {
namespace {

std::map<std::string, double> features_of(const HighLevelFeatures& features,
                                          const std::vector<double>& voxels) {
    std::vector<double> row(features.columns().size());
    features.fill(voxels, row);
    std::map<std::string, double> out;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const auto& column = features.columns()[i];
        out[std::string(to_string(column.feature)) + "_" + std::to_string(column.layer)] = row[i];
    }
    return out;
}

TEST(HighLevelFeatures, OfOneVoxelAreItsPlace) {
    const HighLevelFeatures features(geometry::ReadoutRings::regular(2, 16, 9, 4.65));
    std::vector<double> voxels(features.voxels());
    voxels[9 * 3 + 2] = 7;  // sector 3, ring 2 of layer 0
    const auto row = features_of(features, voxels);
    const double r = 2.5 * 4.65, alpha = -std::numbers::pi + 3.5 * std::numbers::pi / 8;
    EXPECT_DOUBLE_EQ(row.at("layer_energy_0"), 7);
    EXPECT_NEAR(row.at("centre_r_0"), r, 1e-12);
    EXPECT_NEAR(row.at("centre_eta_0"), r * std::cos(alpha), 1e-12);
    EXPECT_NEAR(row.at("centre_phi_0"), r * std::sin(alpha), 1e-12);
    EXPECT_NEAR(row.at("width_r_0"), 0, 1e-6);
    EXPECT_DOUBLE_EQ(row.at("sparsity_0"), 1 - 1 / 144.0);
}

TEST(HighLevelFeatures, WidthsAreRootsOfWeightedVariances) {
    const HighLevelFeatures features(geometry::ReadoutRings::regular(1, 1, 3, 10));
    const auto row = features_of(features, {3, 0, 1});  // at r = 5 and 25
    EXPECT_NEAR(row.at("centre_r_0"), 10, 1e-12);
    EXPECT_NEAR(row.at("width_r_0"), std::sqrt(0.75 * 25 + 0.25 * 225), 1e-12);
    EXPECT_FALSE(row.contains("centre_eta_0")) << "a layer of one sector has no eta";
}

TEST(HighLevelFeatures, OfAnEmptyLayerAreZero) {
    const HighLevelFeatures features(geometry::ReadoutRings::regular(1, 4, 3, 10));
    const auto row = features_of(features, std::vector<double>(12));
    for (const auto& [name, value] : row) EXPECT_EQ(value, name == "sparsity_0" ? 1 : 0) << name;
}

TEST(HighLevelFeatures, LayersKeepTheirNumbers) {
    const HighLevelFeatures features(test::photon_rings());
    EXPECT_EQ(features.voxels(), 368U);
    // Five layers with energy, sparsity, centre and width in r; two of them with four more.
    EXPECT_EQ(features.columns().size(), 5U * 4 + 2 * 4);
    EXPECT_EQ(features.columns()[4].layer, 12);
}

}  // namespace
}  // namespace caloforge::validate::calochallenge
