#include "kernels/TapConvolution.hh"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/TapConvolution.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace caloforge::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, lanes>;

// Registers for sums: of 32 with AVX-512, of 16 otherwise; the rest holds inputs and a weight.
constexpr std::size_t sums = HWY_TARGET <= HWY_AVX3 ? 24 : 12;

// F filters of T vectors that lie at in[t] and go to out[t], which are in the output that begins at `base`.
template <std::size_t F, std::size_t T>
HWY_INLINE void tile(const TapConvolution& c, std::size_t first, const float* const* in, float* const* out,
                     const float* base) {
    const Tag d;
    using V = hn::Vec<Tag>;
    V sum[F][T];
    for (std::size_t f = 0; f < F; ++f) {
        for (std::size_t t = 0; t < T; ++t) sum[f][t] = hn::Set(d, c.start[first + f]);
    }
    // Copies, so that all of it can stay in registers.
    const float* from[T];
    for (std::size_t t = 0; t < T; ++t) from[t] = in[t];
    const float* weight = c.weights + first;
    const std::size_t filters = c.filters;
    const std::int32_t* const end = c.taps.data() + c.taps.size();
    for (const std::int32_t* tap = c.taps.data(); tap != end; ++tap, weight += filters) {
        const std::ptrdiff_t offset = *tap;
        V x[T];
        for (std::size_t t = 0; t < T; ++t) x[t] = hn::LoadU(d, from[t] + offset);
        for (std::size_t f = 0; f < F; ++f) {
            const V w = hn::Set(d, weight[f]);
            for (std::size_t t = 0; t < T; ++t) sum[f][t] = hn::MulAdd(w, x[t], sum[f][t]);
        }
    }
    if (c.image) {
        for (std::size_t f = 0; f < F; ++f) {
            for (std::size_t t = 0; t < T; ++t) {
                const float* add = c.image + (out[t] - base) + (first + f) * c.filter_stride;
                sum[f][t] = hn::Add(sum[f][t], hn::LoadU(d, add));
            }
        }
    }
    if (c.channel) {
        for (std::size_t f = 0; f < F; ++f) {
            for (std::size_t t = 0; t < T; ++t) {
                // Vectors shorter than the lanes are parts of them, by turns.
                const std::size_t part = static_cast<std::size_t>(out[t] - base) % lanes;
                sum[f][t] = hn::Add(sum[f][t], hn::LoadU(d, c.channel + (first + f) * lanes + part));
            }
        }
    }
    if (c.activate) {
        const V zero = hn::Zero(d), slope = hn::Set(d, c.slope);
        for (std::size_t f = 0; f < F; ++f) {
            for (std::size_t t = 0; t < T; ++t) {
                const V x = sum[f][t];
                sum[f][t] = c.slope == 0 ? hn::IfThenZeroElse(hn::Le(x, zero), x)
                                         : hn::IfThenElse(hn::Lt(x, zero), hn::Mul(slope, x), x);
            }
        }
    }
    for (std::size_t f = 0; f < F; ++f) {
        for (std::size_t t = 0; t < T; ++t) hn::StoreU(sum[f][t], d, out[t] + (first + f) * c.filter_stride);
    }
}

template <std::size_t F>
HWY_INLINE void filters(const TapConvolution& c, std::size_t first, const float* in, float* out) {
    constexpr std::size_t T = sums / F;
    const std::size_t step = hn::Lanes(Tag());
    const std::size_t parts = lanes / step;
    const std::size_t vectors = c.in_positions.size() * parts;
    const float* from[T];
    float* to[T];
    const auto place = [&](std::size_t t, std::size_t vector) {
        const std::size_t p = vector / parts, part = vector % parts * step;
        from[t] = in + c.in_positions[p] + part;
        to[t] = out + c.out_positions[p] + part;
    };
    std::size_t v = 0;
    for (; v + T <= vectors; v += T) {
        for (std::size_t t = 0; t < T; ++t) place(t, v + t);
        tile<F, T>(c, first, from, to, out);
    }
    for (; v < vectors; ++v) {
        place(0, v);
        tile<F, 1>(c, first, from, to, out);
    }
}

void run_all(const TapConvolution& c, const float* in, float* out) {
    std::size_t f = 0;
    for (; f + 8 <= c.filters; f += 8) filters<8>(c, f, in, out);
    switch (c.filters - f) {
        case 7:
            filters<4>(c, f, in, out);
            filters<3>(c, f + 4, in, out);
            break;
        case 6:
            filters<6>(c, f, in, out);
            break;
        case 5:
            filters<4>(c, f, in, out);
            filters<1>(c, f + 4, in, out);
            break;
        case 4:
            filters<4>(c, f, in, out);
            break;
        case 3:
            filters<3>(c, f, in, out);
            break;
        case 2:
            filters<2>(c, f, in, out);
            break;
        case 1:
            filters<1>(c, f, in, out);
            break;
        default:
            break;
    }
}

}  // namespace caloforge::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace caloforge::kernels {

HWY_EXPORT(run_all);

void run(const TapConvolution& convolution, const float* in, float* out) {
    HWY_DYNAMIC_DISPATCH(run_all)(convolution, in, out);
}

}  // namespace caloforge::kernels
#endif
