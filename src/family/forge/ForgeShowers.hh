#pragma once

#include <torch/torch.h>

#include "data/ShowerBatch.hh"
#include "model/Noise.hh"
#include "network/Forge.hh"

namespace caloforge::family::forge {

/// Showers that a forge learns from, none of them empty.
struct ForgeShowers {
    torch::Tensor showers;  ///< (N, 1, X, Y, Z), GeV, of the read-out, or of the moving window (windowed())
    model::TensorMap conditions;  ///< those that the network takes, by name: (N, 1) or (N, 2)
    torch::Tensor blur;           ///< (N, 3): how their centres and widths are blurred, normal numbers
    torch::Tensor rows;           ///< (N), of the batch they come from
    torch::Tensor layers;         ///< once windowed(): (N, Z), float64, GeV, of the whole read-out
    model::TensorMap clusters;    ///< once windowed(): far_clusters(), where the network draws them
    const torch::Tensor& incident() const { return conditions.at("energy"); }  ///< (N, 1), GeV
    std::int64_t size() const { return blur.size(0); }
    /// Those rows of all of it, in their order.
    ForgeShowers selected(const torch::Tensor& index) const;
};

/// Those of a batch that are not empty, on the device, with the conditions that the network takes. Their blur
/// is drawn for (seed, number of the sample): `first` and the shower's row.
ForgeShowers filled(const data::ShowerBatch& batch, torch::Device device,
                    const network::ForgeOptions& options, std::uint64_t seed, std::uint64_t first);

/// Each shower turned by a symmetry of the read-out that is drawn for (seed, number of the sample): `first`
/// and the shower's row. Their order changes.
ForgeShowers augmented(const ForgeShowers& given, const network::ForgeOptions& options, std::uint64_t seed,
                       std::uint64_t first);

/// Each layer's cells about the one that the particle's axis goes through, as many as the network draws; what
/// lies outside the read-out is empty, and showers of which nothing lies in the window are left out. For a
/// network whose window does not move, with the layers' energies and else as they are.
ForgeShowers windowed(const ForgeShowers& given, const network::ForgeOptions& options);

/// Where the particle's axis goes through the layers, from the middle of the read-out, cells: (N, Z, 2).
torch::Tensor axis_of(const ForgeShowers& given, const network::ForgeOptions& options);

}  // namespace caloforge::family::forge
