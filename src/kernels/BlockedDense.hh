#pragma once

#include <cstddef>
#include <vector>

#include "kernels/TapConvolution.hh"

namespace caloforge::kernels {

/// out = start + weight * in, with the weights in blocks of 16 outputs: (blocks, inputs, 16), the last block
/// padded with zeros. Every sum is taken in the order of the inputs, whatever the layout.
struct BlockedDense {
    std::size_t inputs = 0;
    std::size_t outputs = 0;
    std::vector<float> weights;  ///< (blocks, inputs, 16)
    std::vector<float> start;    ///< (blocks, 16)

    /// From `weight` (outputs, inputs), row-major, and `bias` (outputs), which may be empty.
    BlockedDense(std::size_t inputs, std::size_t outputs, const std::vector<float>& weight,
                 const std::vector<float>& bias);
    std::size_t blocks() const { return start.size() / lanes; }
};

/// 16 showers: in (inputs, 16) to out (outputs rounded up to 16, 16). Thread-safe.
void run_lanes(const BlockedDense& dense, const float* in, float* out);
/// One shower: in (inputs) to out (outputs rounded up to 16). Thread-safe.
void run_cells(const BlockedDense& dense, const float* in, float* out);

}  // namespace caloforge::kernels
