#include "engine/PhasedConvolution.hh"

#include <algorithm>
#include <map>

namespace caloforge::engine {
namespace {

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

// Reading whole vectors may reach so far beyond the last cell.
constexpr std::size_t slack = 2 * kernels::lanes;

}  // namespace

PhasedConvolution::PhasedConvolution(const Operation& convolution, const network::Shape& image)
    : channels_(image[0]),
      filters_(static_cast<std::size_t>(convolution.shape[0])),
      extent_{image[1], image[2], image[3]},
      out_extent_{convolution.shape[1], convolution.shape[2], convolution.shape[3]},
      factor_(convolution.factor),
      start_(convolution.bias) {
    start_.resize(filters_, 0.0F);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        std::int64_t most = 0;
        for (std::int64_t out = 0; out < out_extent_[axis]; ++out) {
            for (const std::int64_t k : {std::int64_t{0}, convolution.kernel[axis] - 1}) {
                const std::int64_t coarse = floor_divide(out + k - convolution.low[axis], factor_[axis]);
                low_[axis] = std::max(low_[axis], -coarse);
                most = std::max(most, coarse);
            }
        }
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
    // Along each axis: the coarse cells that are read, and which taps fall on each.
    std::array<std::map<std::int64_t, std::vector<std::int64_t>>, 3> onto;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        phase.count[axis] = (out_extent_[axis] - begin[axis] + factor_[axis] - 1) / factor_[axis];
        for (std::int64_t k = 0; k < convolution.kernel[axis]; ++k)
            onto[axis][floor_divide(begin[axis] + k - convolution.low[axis], factor_[axis])].push_back(k);
    }
    const auto& [kx, ky, kz] = convolution.kernel;
    std::vector<Triple> offsets;
    for (const auto& [dx, xs] : onto[0]) {
        for (const auto& [dy, ys] : onto[1]) {
            for (const auto& [dz, zs] : onto[2]) offsets.push_back({dx, dy, dz});
        }
    }
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
        const std::int64_t row = ((x + low_[0]) * Y + low_[1]) * Z + low_[2];
        for (std::int64_t y = 0; y < phase.count[1]; ++y) {
            for (std::int64_t z = 0; z < phase.count[2]; ++z) {
                const std::int64_t out =
                    ((phase.begin[0] + x * factor_[0]) * out_extent_[1] + phase.begin[1] + y * factor_[1]) *
                        out_extent_[2] +
                    phase.begin[2] + z * factor_[2];
                phase.lanes.in_positions.push_back(static_cast<std::int32_t>((row + y * Z + z) * lanes));
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

// Vectors that hold all rows along z of one x, with the gaps between them.
std::size_t PhasedConvolution::run_vectors(const Phase& phase) const {
    const std::int64_t cells = (phase.count[1] - 1) * padded_extent_[2] + phase.count[2];
    return (static_cast<std::size_t>(cells) + kernels::lanes - 1) / kernels::lanes;
}

std::size_t PhasedConvolution::padded_floats() const {
    return static_cast<std::size_t>(channels_ * padded_extent_[0] * padded_extent_[1] * padded_extent_[2]);
}

std::size_t PhasedConvolution::scratch_floats(std::size_t lanes) const {
    std::size_t most = 0;
    if (lanes == 1) {
        for (const Phase& phase : phases_)
            most = std::max(most, phase.cells.out_positions.size() * kernels::lanes * filters_);
    }
    return padded_floats() * lanes + slack + most;
}

std::int64_t PhasedConvolution::macs() const {
    std::int64_t sum = 0;
    for (const Phase& phase : phases_)
        sum += static_cast<std::int64_t>(phase.weights.size() * phase.lanes.in_positions.size());
    return sum;
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
    std::fill_n(scratch, padded_floats() * lanes + slack, 0.0F);
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
                                          static_cast<std::size_t>(y * padded_extent_[2]);
                    const std::int64_t to =
                        ((static_cast<std::int64_t>(f) * out_extent_[0] + phase.begin[0] + x * factor_[0]) *
                             out_extent_[1] +
                         phase.begin[1] + y * factor_[1]) *
                            out_extent_[2] +
                        phase.begin[2];
                    for (std::int64_t z = 0; z < phase.count[2]; ++z) out[to + z * factor_[2]] = source[z];
                }
            }
        }
    }
}

}  // namespace caloforge::engine
