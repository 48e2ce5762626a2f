#include "graph/Phases.hh"

namespace caloforge::graph {

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

CoarseReads coarse_reads(const Convolution& convolution, std::size_t axis, std::int64_t phase) {
    const std::int64_t factor = convolution.factor[axis];
    const std::int64_t before = convolution.low[axis] - phase;  // fine cells before the first coarse one
    CoarseReads out;
    // Of zeros between the cells, only every factor-th tap falls on a cell.
    const std::int64_t step = convolution.zeros_between ? factor : 1;
    const std::int64_t first = convolution.zeros_between ? before - floor_divide(before, factor) * factor : 0;
    for (std::int64_t k = first; k < convolution.kernel[axis]; k += step)
        out[floor_divide(k - before, factor)].push_back(k);
    return out;
}

float summed_weight(const Convolution& convolution, std::int64_t channels, std::int64_t filter,
                    std::int64_t channel, const std::vector<std::int64_t>& xs,
                    const std::vector<std::int64_t>& ys, const std::vector<std::int64_t>& zs) {
    const auto& [kx, ky, kz] = convolution.kernel;
    double sum = 0;
    for (const std::int64_t x : xs) {
        for (const std::int64_t y : ys) {
            for (const std::int64_t z : zs) {
                const std::int64_t at = (((filter * channels + channel) * kx + x) * ky + y) * kz + z;
                sum += convolution.weights[static_cast<std::size_t>(at)];
            }
        }
    }
    return static_cast<float>(sum);
}

std::int64_t phase_weights(const Convolution& convolution, std::int64_t channels, std::int64_t filters) {
    // The reads of all phases of an axis: their product is that of all phases.
    std::int64_t product = sample::saturating_product(channels, filters);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        std::int64_t sum = 0;
        for (std::int64_t phase = 0; phase < convolution.factor[axis]; ++phase) {
            const std::int64_t first = phase - convolution.low[axis];
            sum += floor_divide(first + convolution.kernel[axis] - 1, convolution.factor[axis]) -
                   floor_divide(first, convolution.factor[axis]) + 1;
        }
        product = sample::saturating_product(product, sum);
    }
    return product;
}

}  // namespace caloforge::graph
