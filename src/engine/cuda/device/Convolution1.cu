#include "engine/cuda/device/ConvolutionKernels.cuh"

namespace caloforge::engine::cuda {

void launch_1(const ConvolutionWork& work, const Memory& memory, KernelSink& sink) {
    launch_convolution<1>(work, memory, sink);
}

}  // namespace caloforge::engine::cuda
