#pragma once

#include "engine/cuda/Chain.hh"
#include "engine/cuda/Weights.hh"

namespace caloforge::engine::cuda {

/// Outputs that a thread makes together.
inline constexpr int dense_outputs = 16;

/// A dense layer (kernels::BlockedDense).
struct DenseWork {
    std::uint32_t in = 0;
    std::uint32_t out = 0;
    std::uint32_t inputs = 0;
    std::uint32_t outputs = 0;
    Table<float> weights;  ///< (blocks, inputs, dense_outputs)
    Table<float> start;    ///< (blocks, dense_outputs)
    Chain after;
};

/// An item is a block of outputs; each thread makes it for R rows, of R blocks one after the other, so that a
/// weight is loaded once for them. Sums in the order of the inputs, whatever R.
template <int R>
struct DenseBody : DenseWork {
    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        constexpr int F = dense_outputs;
        const float* weight = place[weights] + static_cast<std::uint64_t>(item) * inputs * F;
        const float* first = place[start] + item * F;
        float sum[R][F];
        float w[F];
        load_weights<F>(first, w);
        CALOFORGE_UNROLL
        for (int r = 0; r < R; ++r) {
            CALOFORGE_UNROLL
            for (int f = 0; f < F; ++f) sum[r][f] = w[f];
        }
        const float* from[R];
        CALOFORGE_UNROLL
        for (int r = 0; r < R; ++r) from[r] = &place.at(in) + r * place.block_floats;
        for (std::uint32_t k = 0; k < inputs; ++k, weight += F) {
            float x[R];
            CALOFORGE_UNROLL
            for (int r = 0; r < R; ++r) {
                x[r] = *from[r];
                from[r] += block_rows;
            }
            load_weights<F>(weight, w);
            CALOFORGE_UNROLL
            for (int r = 0; r < R; ++r) {
                CALOFORGE_UNROLL
                for (int f = 0; f < F; ++f) sum[r][f] = fmaf(w[f], x[r], sum[r][f]);
            }
        }
        float* to = &place.at(out + item * F);
        const std::uint32_t made = outputs - item * F;
        CALOFORGE_UNROLL
        for (int r = 0; r < R; ++r) {
            CALOFORGE_UNROLL
            for (int f = 0; f < F; ++f) {
                if (static_cast<std::uint32_t>(f) < made)
                    to[r * place.block_floats + static_cast<std::uint64_t>(f) * block_rows] = sum[r][f];
            }
        }
        if (after.count == 0) return;
        // Each thread reads what it wrote: one copy of the functions rather than one for each sum.
        CALOFORGE_ROLLED
        for (int r = 0; r < R; ++r) {
            CALOFORGE_ROLLED
            for (std::uint32_t f = 0; f < F && f < made; ++f) {
                float& x = to[r * place.block_floats + static_cast<std::uint64_t>(f) * block_rows];
                x = through(after, place, item * F + f, x);
            }
        }
    }
};

}  // namespace caloforge::engine::cuda
