#include "kernels/BlockedDense.hh"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/BlockedDense.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, lanes>;

constexpr std::size_t sums = HWY_TARGET <= HWY_AVX3 ? 16 : 8;

// F outputs of one block, one vector of showers.
template <std::size_t F>
HWY_INLINE void outputs_of(const float* weight, const float* start, std::size_t inputs, const float* in,
                           float* out) {
    const Tag d;
    hn::Vec<Tag> sum[F];
    for (std::size_t f = 0; f < F; ++f) sum[f] = hn::Set(d, start[f]);
    for (std::size_t k = 0; k < inputs; ++k) {
        const auto x = hn::LoadU(d, in + k * lanes);
        for (std::size_t f = 0; f < F; ++f) sum[f] = hn::MulAdd(hn::Set(d, weight[k * lanes + f]), x, sum[f]);
    }
    for (std::size_t f = 0; f < F; ++f) hn::StoreU(sum[f], d, out + f * lanes);
}

void dense_lanes(const BlockedDense& dense, const float* in, float* out) {
    const std::size_t step = hn::Lanes(Tag());
    for (std::size_t block = 0; block < dense.blocks(); ++block) {
        const float* weight = dense.weights.data() + block * dense.inputs * lanes;
        const float* start = dense.start.data() + block * lanes;
        for (std::size_t f = 0; f < lanes; f += sums) {
            for (std::size_t part = 0; part < lanes; part += step)
                outputs_of<sums>(weight + f, start + f, dense.inputs, in + part,
                                 out + (block * lanes + f) * lanes + part);
        }
    }
}

// B blocks at a time, so that there are enough sums under way.
template <std::size_t B>
HWY_INLINE void blocks_of(const BlockedDense& dense, std::size_t block, const float* in, float* out) {
    const Tag d;
    const std::size_t step = hn::Lanes(d);
    const std::size_t size = dense.inputs * lanes;
    for (std::size_t part = 0; part < lanes; part += step) {
        hn::Vec<Tag> sum[B];
        const float* weight = dense.weights.data() + block * size + part;
        for (std::size_t b = 0; b < B; ++b)
            sum[b] = hn::LoadU(d, dense.start.data() + (block + b) * lanes + part);
        for (std::size_t k = 0; k < dense.inputs; ++k) {
            const auto x = hn::Set(d, in[k]);
            for (std::size_t b = 0; b < B; ++b)
                sum[b] = hn::MulAdd(hn::LoadU(d, weight + b * size + k * lanes), x, sum[b]);
        }
        for (std::size_t b = 0; b < B; ++b) hn::StoreU(sum[b], d, out + (block + b) * lanes + part);
    }
}

void dense_cells(const BlockedDense& dense, const float* in, float* out) {
    constexpr std::size_t together = 8;
    std::size_t block = 0;
    for (; block + together <= dense.blocks(); block += together) blocks_of<together>(dense, block, in, out);
    for (; block < dense.blocks(); ++block) blocks_of<1>(dense, block, in, out);
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(dense_lanes);
HWY_EXPORT(dense_cells);

BlockedDense::BlockedDense(std::size_t n_inputs, std::size_t n_outputs, const std::vector<float>& weight,
                           const std::vector<float>& bias)
    : inputs(n_inputs), outputs(n_outputs) {
    const std::size_t count = (outputs + lanes - 1) / lanes;
    weights.assign(count * inputs * lanes, 0.0F);
    start.assign(count * lanes, 0.0F);
    for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t k = 0; k < inputs; ++k)
            weights[(o / lanes * inputs + k) * lanes + o % lanes] = weight[o * inputs + k];
        if (!bias.empty()) start[o] = bias[o];
    }
}

void run_lanes(const BlockedDense& dense, const float* in, float* out) {
    HWY_DYNAMIC_DISPATCH(dense_lanes)(dense, in, out);
}

void run_cells(const BlockedDense& dense, const float* in, float* out) {
    HWY_DYNAMIC_DISPATCH(dense_cells)(dense, in, out);
}

}  // namespace caloforge::kernels
#endif
