#include "engine/cuda/device/ConvolutionKernels.cuh"

namespace caloforge::engine::cuda {

void launch_4(const ConvolutionWork& work, const Memory& memory, KernelSink& sink) {
    launch_convolution<4>(work, memory, sink);
}

}  // namespace caloforge::engine::cuda
