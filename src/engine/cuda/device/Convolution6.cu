#include "engine/cuda/device/ConvolutionKernels.cuh"

namespace caloforge::engine::cuda {

void launch_6(const ConvolutionWork& work, const Memory& memory, KernelSink& sink) {
    launch_convolution<6>(work, memory, sink);
}

}  // namespace caloforge::engine::cuda
