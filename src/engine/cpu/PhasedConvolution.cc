#include "engine/cpu/PhasedConvolution.hh"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/Error.hh"
#include "graph/Graph.hh"
#include "graph/Phases.hh"
#include "kernels/TapConvolution.hh"

namespace caloforge::engine::cpu {

PhasedConvolution::PhasedConvolution(const graph::Convolution& convolution, const sample::Shape& made,
                                     const sample::Shape& coarse_image)
    : filters_(static_cast<std::size_t>(made[0])),
      factor_(convolution.factor),
      stride_(convolution.stride),
      start_(convolution.bias) {
    const sample::Shape image = graph::image_of(coarse_image), out = graph::image_of(made);
    channels_ = image[0];
    extent_ = {image[1], image[2], image[3]};
    out_extent_ = {out[1], out[2], out[3]};
    start_.resize(filters_, 0.0F);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto coarse = [&](std::int64_t cell, std::int64_t k) {
            return graph::floor_divide(cell * stride_[axis] + k - convolution.low[axis], factor_[axis]);
        };
        low_[axis] = std::max<std::int64_t>(0, -coarse(0, 0));
        const std::int64_t most = std::max(coarse(out_extent_[axis] - 1, convolution.kernel[axis] - 1),
                                           (out_extent_[axis] - 1) / factor_[axis]);
        padded_extent_[axis] = low_[axis] + std::max(extent_[axis], most + 1);
        needs_padding_ = needs_padding_ || padded_extent_[axis] != extent_[axis];
    }
    check_size();
    choose_order(convolution);
    Triple phase;
    for (phase[0] = 0; phase[0] < std::min(factor_[0], out_extent_[0]); ++phase[0]) {
        for (phase[1] = 0; phase[1] < std::min(factor_[1], out_extent_[1]); ++phase[1]) {
            for (phase[2] = 0; phase[2] < std::min(factor_[2], out_extent_[2]); ++phase[2])
                add_phase(convolution, phase);
        }
    }
}

// Offsets are 32-bit numbers, and tables and scratch grow with the padded input: a large stride or padding
// asks for more of it than input and output show.
void PhasedConvolution::check_size() const {
    using sample::saturating_product;
    constexpr std::int64_t most = std::int64_t{1} << 30;  // floats in 4 GiB
    const auto lanes = static_cast<std::int64_t>(kernels::lanes);
    const auto filters = static_cast<std::int64_t>(filters_);
    std::int64_t cells = 1, made = 1, longest = 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        cells = saturating_product(cells, padded_extent_[axis]);
        made = saturating_product(made, out_extent_[axis]);
        longest = std::max(longest, padded_extent_[axis]);
    }
    // One shower computes whole rows with the gaps between them, rounded up to vectors for every cell of one
    // axis.
    const std::int64_t rows = std::min(cells, most) + lanes * longest;
    if (saturating_product(cells, saturating_product(channels_, lanes)) > most ||
        saturating_product(made, saturating_product(filters, lanes)) > most ||
        saturating_product(rows, filters) > most) {
        throw core::InputError(fmt::format(
            "the convolution of {} x {} x {} padded cells is too large for the engine. Are its stride and "
            "padding right?",
            padded_extent_[0], padded_extent_[1], padded_extent_[2]));
    }
}

// One shower: a vector is 16 cells along the inner axis, rows following each other along the middle one. The
// order of the axes that leaves the fewest cells in the gaps between the rows is the fastest.
void PhasedConvolution::choose_order(const graph::Convolution& convolution) {
    // Cells, and coarse cells that are read, of every phase along each axis alone.
    struct Along {
        std::int64_t cells, taps;
    };
    std::array<std::vector<Along>, 3> along;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        for (std::int64_t p = 0; p < std::min(factor_[axis], out_extent_[axis]); ++p)
            along[axis].push_back({count(axis, p), static_cast<std::int64_t>(
                                                       graph::coarse_reads(convolution, axis, p).size())});
    }
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    // The best first where they are equal: what lies in memory as it is.
    for (const Order& order : {Order{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
        const auto [outer, middle, inner] = order;
        std::int64_t work = 0;
        for (const Along& o : along[outer]) {
            for (const Along& m : along[middle]) {
                for (const Along& i : along[inner])
                    work += o.cells * o.taps * m.taps * i.taps * run_vectors(order, m.cells, i.cells);
            }
        }
        if (work >= least) continue;
        least = work;
        order_ = order;
    }
    const auto [outer, middle, inner] = order_;
    cell_step_[inner] = 1;
    cell_step_[middle] = padded_extent_[inner];
    cell_step_[outer] = padded_extent_[inner] * padded_extent_[middle];
}

std::int64_t PhasedConvolution::count(std::size_t axis, std::int64_t phase) const {
    return (out_extent_[axis] - phase + factor_[axis] - 1) / factor_[axis];
}

// Vectors that hold all rows of one cell of the outer axis, with the gaps between them and what a stride
// leaves out.
std::int64_t PhasedConvolution::run_vectors(const Order& order, std::int64_t count_middle,
                                            std::int64_t count_inner) const {
    const auto [outer, middle, inner] = order;
    const std::int64_t cells =
        (count_middle - 1) * stride_[middle] * padded_extent_[inner] + (count_inner - 1) * stride_[inner] + 1;
    const auto lanes = static_cast<std::int64_t>(kernels::lanes);
    return (cells + lanes - 1) / lanes;
}

void PhasedConvolution::add_phase(const graph::Convolution& convolution, const Triple& begin) {
    Phase phase;
    phase.begin = begin;
    std::array<graph::CoarseReads, 3> onto;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        phase.count[axis] = count(axis, begin[axis]);
        onto[axis] = graph::coarse_reads(convolution, axis, begin[axis]);
    }
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
                phase.weights.push_back(graph::summed_weight(convolution, channels_,
                                                             static_cast<std::int64_t>(f), c, onto[0][dx],
                                                             onto[1][dy], onto[2][dz]));
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
            phase.lanes.taps.push_back(static_cast<std::int32_t>(tap * lanes));
            phase.cells.taps.push_back(static_cast<std::int32_t>(c * X * Y * Z + dx * cell_step_[0] +
                                                                 dy * cell_step_[1] + dz * cell_step_[2]));
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
    }
    const auto [outer, middle, inner] = order_;
    for (std::int64_t o = 0; o < phase.count[outer]; ++o) {
        std::int64_t begin = o * stride_[outer] * cell_step_[outer];
        for (std::size_t axis = 0; axis < 3; ++axis) begin += low_[axis] * cell_step_[axis];
        for (std::int64_t v = 0; v < run_vectors(order_, phase.count[middle], phase.count[inner]); ++v) {
            phase.cells.in_positions.push_back(static_cast<std::int32_t>(begin + v * lanes));
            phase.cells.out_positions.push_back(
                static_cast<std::int32_t>(phase.cells.out_positions.size() * kernels::lanes));
        }
    }
}

std::vector<PhasedConvolution::PhaseTables> PhasedConvolution::phase_tables() const {
    const auto elements = [](const std::vector<std::int32_t>& floats) {
        std::vector<std::int32_t> out(floats);
        for (std::int32_t& one : out) one /= static_cast<std::int32_t>(kernels::lanes);
        return out;
    };
    std::vector<PhaseTables> out;
    for (const Phase& phase : phases_) {
        out.push_back({elements(phase.lanes.taps), elements(phase.lanes.in_positions),
                       elements(phase.lanes.out_positions), phase.weights.data()});
    }
    return out;
}

std::size_t PhasedConvolution::out_cells() const {
    return static_cast<std::size_t>(out_extent_[0] * out_extent_[1] * out_extent_[2]);
}

std::vector<std::int32_t> PhasedConvolution::padding() const {
    if (!needs_padding_) return {};
    const auto& [X, Y, Z] = padded_extent_;
    std::vector<std::int32_t> out(static_cast<std::size_t>(channels_ * X * Y * Z), -1);
    std::int32_t element = 0;
    for (std::int64_t c = 0; c < channels_; ++c) {
        for (std::int64_t x = 0; x < extent_[0]; ++x) {
            for (std::int64_t y = 0; y < extent_[1]; ++y) {
                const std::int64_t row = ((c * X + x + low_[0]) * Y + y + low_[1]) * Z + low_[2];
                for (std::int64_t z = 0; z < extent_[2]; ++z)
                    out[static_cast<std::size_t>(row + z)] = element++;
            }
        }
    }
    return out;
}

}  // namespace caloforge::engine::cpu
