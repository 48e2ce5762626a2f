#pragma once

#include <vector>

#include "engine/cpu/PhasedConvolution.hh"
#include "engine/cuda/ConvolutionBody.hh"
#include "engine/cuda/Tables.hh"

namespace caloforge::engine::cuda {

/// Cuts a convolution into tiles of cells and blocks of filters so that its kernels do the least work, and
/// puts what they read into `tables`. Of the result in, out and what follows the sums are left to be set.
std::vector<ConvolutionWork> cut(const cpu::PhasedConvolution& convolution, Tables& tables);

}  // namespace caloforge::engine::cuda
