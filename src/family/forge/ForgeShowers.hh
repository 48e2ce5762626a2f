#pragma once

#include <torch/torch.h>

#include "data/ShowerBatch.hh"
#include "network/Forge.hh"

namespace caloforge::family::forge {

/// Showers that a forge learns from, none of them empty.
struct ForgeShowers {
    torch::Tensor showers;   ///< (N, 1, X, Y, Z), GeV
    torch::Tensor incident;  ///< (N, 1), GeV
    torch::Tensor impact;    ///< (N, 2), mm; undefined for a network that takes none
    torch::Tensor blur;      ///< (N, 2): how their centres are blurred, normal numbers
    torch::Tensor rows;      ///< (N), of the batch they come from
    std::int64_t size() const { return incident.size(0); }
};

/// Those of a batch that are not empty, on the device. `impact`: whether the network takes impact points.
/// Their blur is drawn for (seed, number of the sample): `first` and the shower's row.
ForgeShowers filled(const data::ShowerBatch& batch, torch::Device device, bool impact, std::uint64_t seed,
                    std::uint64_t first);

/// Each shower turned by a symmetry of the window that is drawn for (seed, number of the sample): `first` and
/// the shower's row. Their order changes, `rows` is left out.
ForgeShowers augmented(const ForgeShowers& given, const network::ForgeOptions& options, std::uint64_t seed,
                       std::uint64_t first);

}  // namespace caloforge::family::forge
