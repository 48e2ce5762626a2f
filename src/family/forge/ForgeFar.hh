#pragma once

#include "family/forge/ForgeShowers.hh"
#include "model/Noise.hh"
#include "network/Forge.hh"

namespace caloforge::family::forge {

/// What showers deposit outside the window that moves with the particle's axis, as a forge network would have
/// had to draw it (network/ForgeClusters.hh): a tensor for each of its samples, by name, and
/// "cluster_present" (N, 1, clusters), 1 for those there are. `given`: of the read-out, before windowed().
///
/// In every layer the cell of the largest energy takes its neighbours along, and so on with what is left. A
/// cell covers an angle and not a point of its ring: where in it a cluster is taken to lie, which decides at
/// the borders of sectors, is drawn from the shower's blur. More clusters than the network draws are left
/// out, the smallest first.
model::TensorMap far_clusters(const ForgeShowers& given, const network::ForgeOptions& options);

}  // namespace caloforge::family::forge
