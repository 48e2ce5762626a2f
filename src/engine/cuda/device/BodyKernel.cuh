#pragma once

#include <algorithm>

#include "engine/cuda/Place.hh"
#include "engine/cuda/device/Device.hh"

namespace caloforge::engine::cuda {

inline constexpr std::uint32_t warps = 4;  ///< of a block of threads

/// A warp makes an item of R blocks of rows, a lane a row; neighbouring warps make neighbouring items, which
/// read the same inputs.
template <int R, int Blocks, class Body>
__global__ void __launch_bounds__(warps* block_rows, Blocks)
    run_body(const Body body, const Memory memory, const std::uint32_t items) {
    const std::uint32_t first_row = blockIdx.y * (R * block_rows);
    if (first_row >= *memory.used) return;
    const Place place(memory, first_row + threadIdx.x);
    for (std::uint32_t item = blockIdx.x * warps + threadIdx.y; item < items; item += gridDim.x * warps)
        body(place, item);
}

/// `most_x`: blocks of threads along the items; each makes several where there are more. `Blocks`: that a
/// multiprocessor shall hold at least, which limits registers.
template <int R, int Blocks, class Body>
void launch_body(const Body& body, std::uint32_t items, std::uint32_t most_x, const Memory& memory,
                 KernelSink& sink) {
    const std::uint32_t blocks = std::max<std::uint32_t>(1, (items + warps - 1) / warps);
    void* arguments[] = {const_cast<Body*>(&body), const_cast<Memory*>(&memory), &items};
    sink.add(reinterpret_cast<const void*>(&run_body<R, Blocks, Body>),
             {std::min(blocks, most_x), memory.rows / (R * block_rows), block_rows, warps}, arguments);
}

}  // namespace caloforge::engine::cuda
