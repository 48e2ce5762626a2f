#pragma once

#include "engine/cuda/Launch.hh"
#include "engine/cuda/device/Device.hh"

namespace caloforge::engine::cuda {

/// Launches one kernel for all rows of `memory`, which is the device's. Returns at once. Throws RunError when
/// it cannot be launched.
void launch(const Launch& launch, const Memory& memory, Stream& stream);

/// The same for an output: from Memory::values to Memory::made.
void launch(const OutputWork& output, const Memory& memory, Stream& stream);

/// Convolutions of 8, 6, 4, 2, 1 filters at a time, each in a file of its own: many kernels.
void launch_8(const ConvolutionWork& work, const Memory& memory, Stream& stream);
void launch_6(const ConvolutionWork& work, const Memory& memory, Stream& stream);
void launch_4(const ConvolutionWork& work, const Memory& memory, Stream& stream);
void launch_2(const ConvolutionWork& work, const Memory& memory, Stream& stream);
void launch_1(const ConvolutionWork& work, const Memory& memory, Stream& stream);

}  // namespace caloforge::engine::cuda
