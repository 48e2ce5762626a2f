#pragma once

#include <array>
#include <vector>

#include "graph/Operation.hh"
#include "kernels/TapConvolution.hh"

namespace caloforge::engine::cpu {

/// A convolution as the small ones of its phases (graph/Phases.hh), each with the tables that a kernel reads.
/// Read-only once constructed.
class PhasedConvolution {
  public:
    /// `made`: shape of what it makes; `image`: of the coarse input. At most graph::most_phases phases.
    /// Throws InputError when it would take more than 4 GiB.
    PhasedConvolution(const graph::Convolution& convolution, const sample::Shape& made,
                      const sample::Shape& image);

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

    using Triple = graph::Triple;
    /// What other devices compute it from, for one row. Positions and taps count elements of the padded
    /// input, (C, X, Y, Z), and of the output's first channel.
    struct PhaseTables {
        std::vector<std::int32_t> taps;
        std::vector<std::int32_t> in_positions;
        std::vector<std::int32_t> out_positions;
        const float* weights;  ///< (taps, filters); this object's
    };
    std::vector<PhaseTables> phase_tables() const;
    std::size_t filters() const { return filters_; }
    const std::vector<float>& start() const { return start_; }
    /// Elements of one channel of the output.
    std::size_t out_cells() const;
    /// By element of the padded input: the element of the input that lies there, -1 for zero; empty where
    /// nothing is padded.
    std::vector<std::int32_t> padding() const;

  private:
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

    void add_phase(const graph::Convolution& convolution, const Triple& phase);
    void place(Phase& phase, const std::vector<Triple>& offsets);
    std::size_t padded_floats() const;
    void pad(const float* in, std::size_t lanes, const Triple& step, float* out) const;
    void check_size() const;
    void choose_order(const graph::Convolution& convolution);
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

}  // namespace caloforge::engine::cpu
