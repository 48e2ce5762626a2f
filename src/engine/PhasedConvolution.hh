#pragma once

#include <vector>

#include "engine/Graph.hh"
#include "kernels/TapConvolution.hh"

namespace caloforge::engine {

/// A convolution of a repeated input, split by the phase of the output modulo the repetition: each phase is a
/// small convolution on the coarse cells, its weights those of the taps that fall on the same coarse cell,
/// summed. Read-only once constructed.
class PhasedConvolution {
  public:
    /// `image`: shape of the coarse input (C, X, Y, Z).
    PhasedConvolution(const Operation& convolution, const network::Shape& image);

    /// 16 showers: (C, X, Y, Z, 16) to (filters, X', Y', Z', 16); `scratch` holds scratch_floats(16) floats.
    void run_lanes(const float* in, float* out, float* scratch) const;
    /// One shower: (C, X, Y, Z) to (filters, X', Y', Z'); `scratch` holds scratch_floats(1) floats.
    void run_cells(const float* in, float* out, float* scratch) const;
    std::size_t scratch_floats(std::size_t lanes) const;
    /// Multiply-adds of one shower that are really done in lanes.
    std::int64_t macs() const;
    /// Of the weights.
    std::size_t bytes() const;

  private:
    using Triple = Operation::Triple;
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
    const float* padded(const float* in, std::size_t lanes, float* scratch) const;
    std::size_t run_vectors(const Phase& phase) const;

    std::int64_t channels_;
    std::size_t filters_;
    Triple extent_;  ///< coarse input
    Triple out_extent_;
    Triple factor_;
    Triple low_ = {0, 0, 0};  ///< zeros before the coarse input
    Triple padded_extent_ = {0, 0, 0};
    bool needs_padding_ = false;
    std::vector<float> start_;  ///< (filters)
    std::vector<Phase> phases_;
};

}  // namespace caloforge::engine
