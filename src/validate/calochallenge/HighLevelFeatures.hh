#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "geometry/ReadoutRings.hh"

namespace caloforge::validate::calochallenge {

/// What the evaluation calls a high-level feature.
enum class Feature {
    layer_energy,  ///< MeV
    centre_eta,    ///< of the energy, mm; layers of several sectors only
    centre_phi,
    width_eta,  ///< root of the weighted variance, mm; layers of several sectors only
    width_phi,
    sparsity,  ///< share of the voxels without energy
    centre_r,  ///< mm
    width_r
};
inline constexpr Feature all_features[] = {Feature::layer_energy, Feature::centre_eta, Feature::centre_phi,
                                           Feature::width_eta,    Feature::width_phi,  Feature::sparsity,
                                           Feature::centre_r,     Feature::width_r};
/// "layer_energy"
const char* to_string(Feature feature);

/// Reduces showers to the evaluation's high-level features: of each layer with voxels its energy, sparsity,
/// centre and width in r, and where it has several sectors in eta = r cos(alpha) and phi = r sin(alpha), r
/// and alpha being the voxel's middle and the first sector beginning at alpha = -pi. A layer without energy
/// has centre and width 0. Read-only once constructed.
class HighLevelFeatures {
  public:
    struct Column {
        Feature feature;
        int layer;  ///< the layer's id
    };

    explicit HighLevelFeatures(const geometry::ReadoutRings& rings);

    /// One per feature and layer that has it: by feature, in the order of all_features, then by layer.
    const std::vector<Column>& columns() const { return columns_; }
    /// The columns [first, last) of a feature.
    std::pair<std::size_t, std::size_t> columns_of(Feature feature) const;
    /// `voxels`: MeV, in the order of the read-out, what is below the cut being zero already. Fills `out`
    /// (columns).
    void fill(std::span<const double> voxels, std::span<double> out) const;

    std::size_t layers() const { return layers_.size(); }
    std::size_t voxels() const { return voxels_; }
    /// Voxels [first, last) of a layer.
    std::pair<std::size_t, std::size_t> voxels_of(std::size_t layer) const {
        return {layers_[layer].first, layers_[layer].first + layers_[layer].r.size()};
    }

  private:
    struct Layer {
        int id;
        std::size_t first;                ///< voxel
        bool sectors;                     ///< has several
        std::vector<double> r, eta, phi;  ///< of each voxel, mm
    };
    std::vector<Layer> layers_;
    std::vector<Column> columns_;
    std::size_t voxels_;
};

}  // namespace caloforge::validate::calochallenge
