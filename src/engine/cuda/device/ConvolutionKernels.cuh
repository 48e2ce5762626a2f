#pragma once

#include <limits>

#include "engine/cuda/ConvolutionShapes.hh"
#include "engine/cuda/device/BodyKernel.cuh"
#include "engine/cuda/device/Kernels.hh"

namespace caloforge::engine::cuda {

template <int F>
void launch_convolution(const ConvolutionWork& work, const Memory& memory, KernelSink& sink) {
    constexpr std::uint32_t any = std::numeric_limits<std::int32_t>::max();
    with_body<F>(work, [&](const auto& body) { launch_body<1, 4>(body, work.items(), any, memory, sink); });
}

}  // namespace caloforge::engine::cuda
