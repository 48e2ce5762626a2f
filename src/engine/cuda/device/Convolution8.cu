#include "engine/cuda/device/ConvolutionKernels.cuh"

namespace caloforge::engine::cuda {

void launch_8(const ConvolutionWork& work, const Memory& memory, Stream& stream) {
    launch_convolution<8>(work, memory, stream);
}

}  // namespace caloforge::engine::cuda
