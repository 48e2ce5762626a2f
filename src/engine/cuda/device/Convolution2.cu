#include "engine/cuda/device/ConvolutionKernels.cuh"

namespace caloforge::engine::cuda {

void launch_2(const ConvolutionWork& work, const Memory& memory, KernelSink& sink) {
    launch_convolution<2>(work, memory, sink);
}

}  // namespace caloforge::engine::cuda
