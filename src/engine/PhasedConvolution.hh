#pragma once

#include <array>
#include <map>
#include <vector>

#include "engine/Graph.hh"
#include "kernels/TapConvolution.hh"

namespace caloforge::engine {

/// Phases that a convolution may be split into: each has tables of its own.
inline constexpr std::int64_t most_phases = 4096;

/// The coarse cells that the first output cell of a phase reads along an axis, and which taps fall on each.
using CoarseReads = std::map<std::int64_t, std::vector<std::int64_t>>;
CoarseReads coarse_reads(const Operation& convolution, std::size_t axis, std::int64_t phase);

/// The sum of a filter's weights for one channel over the taps xs x ys x zs.
float summed_weight(const Operation& convolution, std::int64_t channels, std::int64_t filter,
                    std::int64_t channel, const std::vector<std::int64_t>& xs,
                    const std::vector<std::int64_t>& ys, const std::vector<std::int64_t>& zs);

/// A convolution of a repeated input, split by the phase of the output modulo the repetition: each phase is a
/// small convolution on the coarse cells, its weights those of the taps that fall on the same coarse cell,
/// summed. With zeros between the cells instead (a transposed convolution) only the taps that fall on a cell
/// stay. A convolution with a stride has one phase. Read-only once constructed.
class PhasedConvolution {
  public:
    /// `image`: shape of the coarse input (C, X, Y, Z) or (C, X, Y). At most most_phases phases. Throws
    /// InputError when it would take more than 4 GiB.
    PhasedConvolution(const Operation& convolution, const network::Shape& image);

    /// What is done to the sums before they are written, in this order; null and false: nothing.
    struct Finish {
        const float* image = nullptr;    ///< added; laid out as the output
        const float* channel = nullptr;  ///< added; (filters), for 16 showers (filters, 16)
        bool activate = false;           ///< leaky ReLU
        float slope = 1;
    };
    /// 16 showers: (C, X, Y, Z, 16) to (filters, X', Y', Z', 16); `scratch` holds scratch_floats(16) floats.
    void run_lanes(const float* in, const Finish& finish, float* out, float* scratch) const;
    /// One shower: (C, X, Y, Z) to (filters, X', Y', Z'); `scratch` holds scratch_floats(1) floats.
    void run_cells(const float* in, const Finish& finish, float* out, float* scratch) const;
    std::size_t scratch_floats(std::size_t lanes) const;
    /// Multiply-adds of one shower that are really done in lanes.
    std::int64_t macs() const;
    /// Of the weights.
    std::size_t bytes() const;

    /// Floats of the weights that the phases of a convolution of a repeated input would have together.
    static std::int64_t weight_count(const Operation& convolution, std::int64_t channels);

  private:
    using Triple = Operation::Triple;
    using Order = std::array<std::size_t, 3>;  ///< axes: outer, middle, inner
    struct Layout {
        std::vector<std::int32_t> taps;
        std::vector<std::int32_t> in_positions;
        std::vector<std::int32_t> out_positions;
    };
    struct Phase {
        Triple begin;                ///< first output cell
        Triple count;                ///< output cells along each axis, `factor` apart
        std::vector<float> weights;  ///< (taps, filters)
        Layout lanes;
        Layout cells;
    };

    void add_phase(const Operation& convolution, const Triple& phase);
    void place(Phase& phase, const std::vector<Triple>& offsets);
    std::size_t padded_floats() const;
    void pad(const float* in, std::size_t lanes, const Triple& step, float* out) const;
    void check_size() const;
    void choose_order(const Operation& convolution);
    /// Cells of a phase along an axis.
    std::int64_t count(std::size_t axis, std::int64_t phase) const;
    std::int64_t run_vectors(const Order& order, std::int64_t count_middle, std::int64_t count_inner) const;

    std::int64_t channels_;
    std::size_t filters_;
    Triple extent_;  ///< coarse input
    Triple out_extent_;
    Triple factor_;
    Triple stride_;
    Triple low_ = {0, 0, 0};  ///< zeros before the coarse input
    Triple padded_extent_ = {0, 0, 0};
    bool needs_padding_ = false;
    Order order_ = {0, 1, 2};       ///< of the axes of one shower's padded input
    Triple cell_step_ = {0, 0, 0};  ///< there, from a cell to the next along each axis
    std::vector<float> start_;      ///< (filters)
    std::vector<Phase> phases_;
};

}  // namespace caloforge::engine
