#include "engine/cuda/device/ConvolutionKernels.cuh"

namespace caloforge::engine::cuda {

void launch_8(const ConvolutionWork& work, const Memory& memory, KernelSink& sink) {
    launch_convolution<8>(work, memory, sink);
}

}  // namespace caloforge::engine::cuda
