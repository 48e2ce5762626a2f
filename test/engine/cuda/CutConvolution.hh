#pragma once

#include "network/Toy.hh"

namespace caloforge::engine::cuda::test {

/// A convolution that tiles do not fit, and something behind it.
inline network::NetworkSpec cut_convolution(int filters, const core::Json& kernel, const core::Json& stride) {
    using network::test::layer;
    return network::test::network_of(
        {layer("conv", "conv3d", {"image"},
               {{"filters", filters}, {"kernel", kernel}, {"stride", stride}, {"padding", {1, 0, 1}}}),
         layer("act", "silu", {"conv"})},
        {2, 3, 4, 19});
}

}  // namespace caloforge::engine::cuda::test
