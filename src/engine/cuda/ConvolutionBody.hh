#pragma once

#include "engine/cuda/Chain.hh"
#include "engine/cuda/Weights.hh"

namespace caloforge::engine::cuda {

/// Consecutive output cells, `out_step` elements apart, whose inputs are `in_step` apart.
struct ConvolutionTile {
    std::uint32_t in = 0;
    std::uint32_t out = 0;
    std::uint16_t phase = 0;
    std::uint16_t skip = 0;  ///< so many at its begin are another tile's
};

/// A phase's sums (engine/cpu/PhasedConvolution.hh), its taps in groups of `together` inputs that follow each
/// other.
struct ConvolutionPhase {
    Table<std::int32_t> taps;  ///< (groups + 1): of the first tap of each; the last is read, not used
    Table<float> weights;      ///< (filter blocks, groups * together, weight_step)
    std::uint32_t groups = 0;
};

/// How a convolution is cut: what its kernel is compiled for.
struct ConvolutionShape {
    int filters = 1;    ///< of a thread
    int positions = 1;  ///< of a tile
    /// Taps of a group: inputs are loaded once for all of it, so that neighbouring positions share them. 0:
    /// the inputs of neighbouring positions are in_step apart, and every tap is a group.
    int together = 1;
    bool operator==(const ConvolutionShape&) const = default;
};

/// Phases of a convolution that are cut in one way, and blocks of its filters.
struct ConvolutionWork {
    ConvolutionShape shape;
    Table<ConvolutionTile> tiles;
    Table<ConvolutionPhase> phases;
    Table<float> start;  ///< (filter blocks, weight_step)
    std::uint32_t tile_count = 0;
    std::uint32_t first_filter = 0;
    std::uint32_t filters = 0;  ///< from the first one on
    std::uint32_t filter_stride = 0;
    std::uint32_t in = 0;
    std::uint32_t out = 0;
    std::uint32_t in_step = 1;
    std::uint32_t out_step = 1;
    bool add_image = false;
    bool add_channel = false;
    bool activate = false;      ///< leaky ReLU
    float slope = 1;            ///< 0 makes 0, never -0
    std::uint32_t image = 0;    ///< element of what is added, laid out as the output
    std::uint32_t channel = 0;  ///< (filters)
    Chain after;

    std::uint32_t filter_blocks() const {
        const auto each = static_cast<std::uint32_t>(shape.filters);
        return (filters + each - 1) / each;
    }
    std::uint32_t items() const { return tile_count * filter_blocks(); }
};

/// An item is a tile and a block of F filters: P * F sums in registers, each taken in the order of the taps
/// with fused multiply-adds. K: ConvolutionShape::together.
template <int F, int P, int K>
struct ConvolutionBody : ConvolutionWork {
    CALOFORGE_HOST_DEVICE void operator()(const Place& place, std::uint32_t item) const {
        constexpr int step = weight_step<F>;
        constexpr int taps = K == 0 ? 1 : K;
        const std::uint32_t block = item / tile_count;
        const ConvolutionTile tile = place[tiles][item - block * tile_count];
        const ConvolutionPhase phase = place[phases][tile.phase];
        float sum[P][F], w[F];
        load_weights<F>(place[start] + block * step, w);
        CALOFORGE_UNROLL
        for (int p = 0; p < P; ++p) {
            CALOFORGE_UNROLL
            for (int f = 0; f < F; ++f) sum[p][f] = w[f];
        }
        const float* weight =
            place[phase.weights] + static_cast<std::uint64_t>(block) * phase.groups * (taps * step);
        const float* from = &place.at(in + tile.in);
        const std::int32_t* tap = place[phase.taps];
        // Read one group ahead: the loads of inputs wait for it.
        std::int32_t next = *tap;
        for (std::uint32_t group = 0; group < phase.groups; ++group) {
            const float* x0 = from + static_cast<std::ptrdiff_t>(next) * static_cast<int>(block_rows);
            next = *++tap;
            float x[P + taps - 1];
            CALOFORGE_UNROLL
            for (int i = 0; i < P + taps - 1; ++i)
                x[i] = K == 0 ? x0[static_cast<std::uint64_t>(i) * in_step * block_rows] : x0[i * 32];
            CALOFORGE_UNROLL
            for (int k = 0; k < taps; ++k, weight += step) {
                load_weights<F>(weight, w);
                CALOFORGE_UNROLL
                for (int p = 0; p < P; ++p) {
                    CALOFORGE_UNROLL
                    for (int f = 0; f < F; ++f) sum[p][f] = fmaf(w[f], x[p + k], sum[p][f]);
                }
            }
        }
        finish(place, tile, block, sum);
    }

  private:
    CALOFORGE_HOST_DEVICE void finish(const Place& place, const ConvolutionTile& tile, std::uint32_t block,
                                      float (&sum)[P][F]) const {
        static_assert(block_rows == 32);
        const std::uint32_t begin = block * F;
        const std::uint32_t made = filters - begin;
        const std::uint32_t first = (first_filter + begin) * filter_stride + tile.out;
        CALOFORGE_UNROLL
        for (int f = 0; f < F; ++f) {
            if (static_cast<std::uint32_t>(f) >= made) break;
            const std::uint32_t of_filter = first + static_cast<std::uint32_t>(f) * filter_stride;
            CALOFORGE_UNROLL
            for (int p = 0; p < P; ++p) {
                if (p < tile.skip) continue;
                const std::uint32_t element = of_filter + static_cast<std::uint32_t>(p) * out_step;
                float x = sum[p][f];
                if (add_image) x += place.at(image + element);
                if (add_channel)
                    x += place.at(channel + first_filter + begin + static_cast<std::uint32_t>(f));
                if (activate) x = leaky_relu_of(x, slope);
                place.at(out + element) = x;
            }
        }
        if (after.count == 0) return;
        // Each thread reads what it wrote: one copy of the functions rather than one for each sum.
        CALOFORGE_ROLLED
        for (std::uint32_t f = 0; f < F && f < made; ++f) {
            CALOFORGE_ROLLED
            for (std::uint32_t p = tile.skip; p < P; ++p) {
                const std::uint32_t element = first + f * filter_stride + p * out_step;
                place.at(out + element) = through(after, place, element, place.at(out + element));
            }
        }
    }
};

}  // namespace caloforge::engine::cuda
