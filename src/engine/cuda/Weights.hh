#pragma once

#include "engine/cuda/HostDevice.hh"

namespace caloforge::engine::cuda {

/// Floats between one tap's weights of F filters and the next's: what wide loads want.
template <int F>
inline constexpr int weight_step = F <= 2 ? F : (F + 3) / 4 * 4;

/// F weights that all threads of a warp read, in loads as wide as they come. `from`: aligned to the step.
template <int F>
CALOFORGE_HOST_DEVICE inline void load_weights(const float* from, float (&out)[F]) {
#ifdef __CUDA_ARCH__
    int f = 0;
    CALOFORGE_UNROLL
    for (; f + 4 <= F; f += 4) {
        const float4 four = __ldg(reinterpret_cast<const float4*>(from + f));
        out[f] = four.x;
        out[f + 1] = four.y;
        out[f + 2] = four.z;
        out[f + 3] = four.w;
    }
    if constexpr (F % 4 == 2) {
        const float2 two = __ldg(reinterpret_cast<const float2*>(from + F - 2));
        out[F - 2] = two.x;
        out[F - 1] = two.y;
    }
    if constexpr (F == 1) out[0] = __ldg(from);
#else
    for (int f = 0; f < F; ++f) out[f] = from[f];
#endif
}

}  // namespace caloforge::engine::cuda
