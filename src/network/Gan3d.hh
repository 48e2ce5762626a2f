#pragma once

#include "network/NetworkSpec.hh"

namespace caloforge::network {

/// The 3DGAN of CERN openlab (Vallecorsa, Carminati, Khattak, EPJ Web Conf. 214 (2019) 02010), the
/// `channels_last` build, for a 25x25x25 read-out. `cell_scale` (network units per GeV) is folded into the
/// specs, so that both speak GeV outside: 1 is the published choice.

/// "energy" (GeV) -> "showers" (1, 25, 25, 25) GeV. 872,808 trainable parameters.
NetworkSpec gan3d_generator(double cell_scale);
/// "showers" (1, 25, 25, 25) GeV -> "real" (logit; the published sigmoid is in the loss), "energy" (E / 100
/// GeV), "sum" (GeV). 73,402 trainable parameters.
NetworkSpec gan3d_discriminator(double cell_scale);

}  // namespace caloforge::network
