#include <algorithm>

#include "engine/cpu/PhasedConvolution.hh"
#include "kernels/TapConvolution.hh"

namespace caloforge::engine::cpu {
namespace {

// Reading whole vectors may reach so far beyond the last cell.
constexpr std::size_t slack = 2 * kernels::lanes;

}  // namespace

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

std::size_t PhasedConvolution::bytes() const {
    std::size_t sum = 0;
    for (const Phase& phase : phases_) sum += phase.weights.size() * sizeof(float);
    return sum;
}

// The input with zeros around it; `step`: where the next cell along each axis goes.
void PhasedConvolution::pad(const float* in, std::size_t lanes, const Triple& step, float* out) const {
    const std::int64_t channel = padded_extent_[0] * padded_extent_[1] * padded_extent_[2];
    for (std::int64_t c = 0; c < channels_; ++c) {
        for (std::int64_t x = 0; x < extent_[0]; ++x) {
            for (std::int64_t y = 0; y < extent_[1]; ++y) {
                const std::int64_t row = c * channel + (x + low_[0]) * step[0] + (y + low_[1]) * step[1];
                for (std::int64_t z = 0; z < extent_[2]; ++z, in += lanes) {
                    const std::int64_t to = row + (z + low_[2]) * step[2];
                    std::copy_n(in, lanes, out + static_cast<std::size_t>(to) * lanes);
                }
            }
        }
    }
}

void PhasedConvolution::run_lanes(const float* in, const Finish& finish, float* out, float* scratch) const {
    const float* from = in;
    if (needs_padding_) {
        std::fill_n(scratch, padded_floats() * kernels::lanes, 0.0F);
        pad(in, kernels::lanes, {padded_extent_[1] * padded_extent_[2], padded_extent_[2], 1}, scratch);
        from = scratch;
    }
    const auto stride =
        static_cast<std::size_t>(out_extent_[0] * out_extent_[1] * out_extent_[2]) * kernels::lanes;
    for (const Phase& phase : phases_) {
        kernels::run(
            {phase.lanes.taps, phase.weights.data(), start_.data(), filters_, phase.lanes.in_positions,
             phase.lanes.out_positions, stride, finish.image, finish.channel, finish.activate, finish.slope},
            from, out);
    }
}

void PhasedConvolution::run_cells(const float* in, const Finish& finish, float* out, float* scratch) const {
    // Whole vectors are read, which may reach beyond the end.
    std::fill_n(scratch, padded_floats() + slack, 0.0F);
    pad(in, 1, cell_step_, scratch);
    float* made = scratch + padded_floats() + slack;
    const auto [outer, middle, inner] = order_;
    const Triple step = {out_extent_[1] * out_extent_[2], out_extent_[2], 1};
    for (const Phase& phase : phases_) {
        const std::size_t stride = phase.cells.out_positions.size() * kernels::lanes;
        kernels::run(
            {phase.cells.taps, phase.weights.data(), start_.data(), filters_, phase.cells.in_positions,
             phase.cells.out_positions, stride, nullptr, nullptr, false, 1},
            scratch, made);
        const std::int64_t run = run_vectors(order_, phase.count[middle], phase.count[inner]) *
                                 static_cast<std::int64_t>(kernels::lanes);
        const std::int64_t first =
            phase.begin[0] * step[0] + phase.begin[1] * step[1] + phase.begin[2] * step[2];
        for (std::size_t f = 0; f < filters_; ++f) {
            const float* source = made + f * stride;
            const std::int64_t place = static_cast<std::int64_t>(f) * out_extent_[0] * step[0] + first;
            float* target = out + place;
            const float* image = finish.image ? finish.image + place : nullptr;
            for (std::int64_t o = 0; o < phase.count[outer]; ++o) {
                for (std::int64_t m = 0; m < phase.count[middle]; ++m) {
                    const float* row = source + o * run + m * stride_[middle] * padded_extent_[inner];
                    const std::int64_t begin =
                        o * factor_[outer] * step[outer] + m * factor_[middle] * step[middle];
                    for (std::int64_t i = 0; i < phase.count[inner]; ++i) {
                        const std::int64_t at = begin + i * factor_[inner] * step[inner];
                        float x = row[i * stride_[inner]];
                        if (image) x += image[at];
                        if (finish.channel) x += finish.channel[f];
                        if (finish.activate)
                            x = finish.slope == 0 ? (x <= 0 ? 0 : x) : x < 0 ? finish.slope * x : x;
                        target[at] = x;
                    }
                }
            }
        }
    }
}

}  // namespace caloforge::engine::cpu
