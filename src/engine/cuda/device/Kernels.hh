#pragma once

#include "engine/cuda/Launch.hh"
#include "engine/cuda/device/Device.hh"

namespace caloforge::engine::cuda {

/// Gives `sink` one kernel, for all rows of `memory`, which is the device's. Throws RunError when it cannot
/// be launched.
void launch(const Launch& launch, const Memory& memory, KernelSink& sink);

/// The same for an output: from Memory::values to Memory::made.
void launch(const OutputWork& output, const Memory& memory, KernelSink& sink);

/// Convolutions of 8, 6, 4, 2, 1 filters at a time, each in a file of its own: many kernels.
void launch_8(const ConvolutionWork& work, const Memory& memory, KernelSink& sink);
void launch_6(const ConvolutionWork& work, const Memory& memory, KernelSink& sink);
void launch_4(const ConvolutionWork& work, const Memory& memory, KernelSink& sink);
void launch_2(const ConvolutionWork& work, const Memory& memory, KernelSink& sink);
void launch_1(const ConvolutionWork& work, const Memory& memory, KernelSink& sink);

}  // namespace caloforge::engine::cuda
