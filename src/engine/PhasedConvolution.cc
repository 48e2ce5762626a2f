#include "engine/PhasedConvolution.hh"

#include <algorithm>

namespace caloforge::engine {
namespace {

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

// Reading whole vectors may reach so far beyond the last cell.
constexpr std::size_t slack = 2 * kernels::lanes;

}  // namespace

CoarseReads coarse_reads(const Operation& convolution, std::size_t axis, std::int64_t phase) {
    const std::int64_t factor = convolution.factor[axis];
    CoarseReads out;
    for (std::int64_t k = 0; k < convolution.kernel[axis]; ++k) {
        const std::int64_t fine = phase + k - convolution.low[axis];
        const std::int64_t coarse = floor_divide(fine, factor);
        if (!convolution.zeros_between || fine == coarse * factor) out[coarse].push_back(k);
    }
    return out;
}

PhasedConvolution::PhasedConvolution(const Operation& convolution, const network::Shape& coarse_image)
    : filters_(static_cast<std::size_t>(convolution.shape[0])),
      factor_(convolution.factor),
      stride_(convolution.stride),
      start_(convolution.bias) {
    const network::Shape image = image_of(coarse_image), out = image_of(convolution.shape);
    channels_ = image[0];
    extent_ = {image[1], image[2], image[3]};
    out_extent_ = {out[1], out[2], out[3]};
    start_.resize(filters_, 0.0F);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto coarse = [&](std::int64_t cell, std::int64_t k) {
            return floor_divide(cell * stride_[axis] + k - convolution.low[axis], factor_[axis]);
        };
        low_[axis] = std::max<std::int64_t>(0, -coarse(0, 0));
        const std::int64_t most = std::max(coarse(out_extent_[axis] - 1, convolution.kernel[axis] - 1),
                                           (out_extent_[axis] - 1) / factor_[axis]);
        padded_extent_[axis] = low_[axis] + std::max(extent_[axis], most + 1);
        needs_padding_ = needs_padding_ || padded_extent_[axis] != extent_[axis];
    }
    Triple phase;
    for (phase[0] = 0; phase[0] < std::min(factor_[0], out_extent_[0]); ++phase[0]) {
        for (phase[1] = 0; phase[1] < std::min(factor_[1], out_extent_[1]); ++phase[1]) {
            for (phase[2] = 0; phase[2] < std::min(factor_[2], out_extent_[2]); ++phase[2])
                add_phase(convolution, phase);
        }
    }
}

void PhasedConvolution::add_phase(const Operation& convolution, const Triple& begin) {
    Phase phase;
    phase.begin = begin;
    std::array<CoarseReads, 3> onto;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        phase.count[axis] = (out_extent_[axis] - begin[axis] + factor_[axis] - 1) / factor_[axis];
        onto[axis] = coarse_reads(convolution, axis, begin[axis]);
    }
    const auto& [kx, ky, kz] = convolution.kernel;
    std::vector<Triple> offsets;
    for (const auto& [dx, xs] : onto[0]) {
        for (const auto& [dy, ys] : onto[1]) {
            for (const auto& [dz, zs] : onto[2]) offsets.push_back({dx, dy, dz});
        }
    }
    // A phase that falls on zeros only has no weights, but needs an address for them.
    phase.weights.reserve(filters_ + offsets.size() * static_cast<std::size_t>(channels_) * filters_);
    for (std::int64_t c = 0; c < channels_; ++c) {
        for (const auto& [dx, dy, dz] : offsets) {
            for (std::size_t f = 0; f < filters_; ++f) {
                double sum = 0;
                for (const std::int64_t i : onto[0][dx]) {
                    for (const std::int64_t j : onto[1][dy]) {
                        for (const std::int64_t k : onto[2][dz]) {
                            const std::int64_t at =
                                (((static_cast<std::int64_t>(f) * channels_ + c) * kx + i) * ky + j) * kz + k;
                            sum += convolution.weights[static_cast<std::size_t>(at)];
                        }
                    }
                }
                phase.weights.push_back(static_cast<float>(sum));
            }
        }
    }
    place(phase, offsets);
    phases_.push_back(std::move(phase));
}

void PhasedConvolution::place(Phase& phase, const std::vector<Triple>& offsets) {
    const auto& [X, Y, Z] = padded_extent_;
    const auto lanes = static_cast<std::int64_t>(kernels::lanes);
    for (std::int64_t c = 0; c < channels_; ++c) {
        for (const auto& [dx, dy, dz] : offsets) {
            const std::int64_t tap = ((c * X + dx) * Y + dy) * Z + dz;
            phase.cells.taps.push_back(static_cast<std::int32_t>(tap));
            phase.lanes.taps.push_back(static_cast<std::int32_t>(tap * lanes));
        }
    }
    for (std::int64_t x = 0; x < phase.count[0]; ++x) {
        const std::int64_t row = ((x * stride_[0] + low_[0]) * Y + low_[1]) * Z + low_[2];
        for (std::int64_t y = 0; y < phase.count[1]; ++y) {
            for (std::int64_t z = 0; z < phase.count[2]; ++z) {
                const std::int64_t out =
                    ((phase.begin[0] + x * factor_[0]) * out_extent_[1] + phase.begin[1] + y * factor_[1]) *
                        out_extent_[2] +
                    phase.begin[2] + z * factor_[2];
                const std::int64_t in = row + y * stride_[1] * Z + z * stride_[2];
                phase.lanes.in_positions.push_back(static_cast<std::int32_t>(in * lanes));
                phase.lanes.out_positions.push_back(static_cast<std::int32_t>(out * lanes));
            }
        }
        for (std::size_t v = 0; v < run_vectors(phase); ++v) {
            phase.cells.in_positions.push_back(
                static_cast<std::int32_t>(row + static_cast<std::int64_t>(v) * lanes));
            phase.cells.out_positions.push_back(
                static_cast<std::int32_t>(phase.cells.out_positions.size() * kernels::lanes));
        }
    }
}

// Vectors that hold all rows along z of one x, with the gaps between them and what a stride leaves out.
std::size_t PhasedConvolution::run_vectors(const Phase& phase) const {
    const std::int64_t cells =
        (phase.count[1] - 1) * stride_[1] * padded_extent_[2] + (phase.count[2] - 1) * stride_[2] + 1;
    return (static_cast<std::size_t>(cells) + kernels::lanes - 1) / kernels::lanes;
}

std::size_t PhasedConvolution::padded_floats() const {
    return static_cast<std::size_t>(channels_ * padded_extent_[0] * padded_extent_[1] * padded_extent_[2]);
}

std::size_t PhasedConvolution::scratch_floats(std::size_t lanes) const {
    if (lanes > 1) return needs_padding_ ? padded_floats() * lanes : 0;
    std::size_t most = 0;
    for (const Phase& phase : phases_)
        most = std::max(most, phase.cells.out_positions.size() * kernels::lanes * filters_);
    return padded_floats() + slack + most;
}

std::int64_t PhasedConvolution::macs() const {
    std::int64_t sum = 0;
    for (const Phase& phase : phases_)
        sum += static_cast<std::int64_t>(phase.weights.size() * phase.lanes.in_positions.size());
    return sum;
}

std::int64_t PhasedConvolution::weight_count(const Operation& convolution, std::int64_t channels) {
    // The reads of all phases of an axis: their product is that of all phases.
    std::int64_t product = network::saturating_product(channels, convolution.shape[0]);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        std::int64_t sum = 0;
        for (std::int64_t phase = 0; phase < convolution.factor[axis]; ++phase) {
            const std::int64_t first = phase - convolution.low[axis];
            sum += floor_divide(first + convolution.kernel[axis] - 1, convolution.factor[axis]) -
                   floor_divide(first, convolution.factor[axis]) + 1;
        }
        product = network::saturating_product(product, sum);
    }
    return product;
}

std::size_t PhasedConvolution::bytes() const {
    std::size_t sum = 0;
    for (const Phase& phase : phases_) sum += phase.weights.size() * sizeof(float);
    return sum;
}

// The input with zeros around it.
const float* PhasedConvolution::padded(const float* in, std::size_t lanes, float* scratch) const {
    // One shower is read in whole vectors, which may reach beyond its end.
    if (!needs_padding_ && lanes > 1) return in;
    std::fill_n(scratch, padded_floats() * lanes + (lanes == 1 ? slack : 0), 0.0F);
    const auto row = static_cast<std::size_t>(extent_[2]) * lanes;
    for (std::int64_t c = 0; c < channels_; ++c) {
        for (std::int64_t x = 0; x < extent_[0]; ++x) {
            for (std::int64_t y = 0; y < extent_[1]; ++y) {
                const std::int64_t to =
                    ((c * padded_extent_[0] + x + low_[0]) * padded_extent_[1] + y + low_[1]) *
                        padded_extent_[2] +
                    low_[2];
                std::copy_n(in, row, scratch + static_cast<std::size_t>(to) * lanes);
                in += row;
            }
        }
    }
    return scratch;
}

void PhasedConvolution::run_lanes(const float* in, float* out, float* scratch) const {
    const float* from = padded(in, kernels::lanes, scratch);
    const auto stride =
        static_cast<std::size_t>(out_extent_[0] * out_extent_[1] * out_extent_[2]) * kernels::lanes;
    for (const Phase& phase : phases_) {
        kernels::run({phase.lanes.taps, phase.weights.data(), start_.data(), filters_,
                      phase.lanes.in_positions, phase.lanes.out_positions, stride},
                     from, out);
    }
}

void PhasedConvolution::run_cells(const float* in, float* out, float* scratch) const {
    const float* from = padded(in, 1, scratch);
    float* made = scratch + padded_floats() + slack;
    for (const Phase& phase : phases_) {
        const std::size_t stride = phase.cells.out_positions.size() * kernels::lanes;
        kernels::run({phase.cells.taps, phase.weights.data(), start_.data(), filters_,
                      phase.cells.in_positions, phase.cells.out_positions, stride},
                     from, made);
        const std::size_t run = run_vectors(phase) * kernels::lanes;
        for (std::size_t f = 0; f < filters_; ++f) {
            for (std::int64_t x = 0; x < phase.count[0]; ++x) {
                for (std::int64_t y = 0; y < phase.count[1]; ++y) {
                    const float* source = made + f * stride + static_cast<std::size_t>(x) * run +
                                          static_cast<std::size_t>(y * stride_[1] * padded_extent_[2]);
                    const std::int64_t to =
                        ((static_cast<std::int64_t>(f) * out_extent_[0] + phase.begin[0] + x * factor_[0]) *
                             out_extent_[1] +
                         phase.begin[1] + y * factor_[1]) *
                            out_extent_[2] +
                        phase.begin[2];
                    for (std::int64_t z = 0; z < phase.count[2]; ++z)
                        out[to + z * factor_[2]] = source[z * stride_[2]];
                }
            }
        }
    }
}

}  // namespace caloforge::engine
