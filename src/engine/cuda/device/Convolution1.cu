#include "engine/cuda/device/ConvolutionKernels.cuh"

namespace caloforge::engine::cuda {

void launch_1(const ConvolutionWork& work, const Memory& memory, Stream& stream) {
    launch_convolution<1>(work, memory, stream);
}

}  // namespace caloforge::engine::cuda
