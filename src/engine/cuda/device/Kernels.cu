#include "engine/cuda/device/Kernels.hh"

#include "engine/cuda/SequenceBody.hh"
#include "engine/cuda/device/BodyKernel.cuh"

namespace caloforge::engine::cuda {
namespace {

constexpr std::uint32_t tile = 32;
constexpr std::uint32_t tile_parts = 8;

/// 32 elements of 32 rows, through memory that the block of threads shares, so that both sides are read and
/// written in whole lines.
__global__ void __launch_bounds__(tile* tile_parts) turn_rows(const OutputWork output, const Memory memory) {
    __shared__ float turned[tile][tile + 1];
    const std::uint32_t first_row = blockIdx.y * block_rows, first = blockIdx.x * tile;
    if (first_row >= *memory.used) return;
    const Place place(memory, first_row + threadIdx.x);
    for (std::uint32_t e = threadIdx.y; e < tile && first + e < output.elements; e += tile_parts)
        turned[e][threadIdx.x] = place.at(output.from + first + e);
    __syncthreads();
    if (first + threadIdx.x >= output.elements) return;
    float* to = memory.made + static_cast<std::uint64_t>(output.before) * memory.rows + first + threadIdx.x;
    for (std::uint32_t row = threadIdx.y; row < block_rows; row += tile_parts)
        to[static_cast<std::uint64_t>(first_row + row) * output.elements] = turned[threadIdx.x][row];
}

constexpr std::uint32_t sequence_warps = 8;

/// A block of threads makes a block of rows: warps share the items of a step and wait for each other behind
/// it.
__global__ void __launch_bounds__(block_rows* sequence_warps, 2)
    run_sequence(const SequenceWork work, const Memory memory) {
    const std::uint32_t first_row = blockIdx.x * block_rows;
    if (first_row >= *memory.used) return;
    const Place place(memory, first_row + threadIdx.x);
    for (std::uint32_t i = 0; i < work.count; ++i) {
        const SequenceStep step = place[work.steps][i];
        for (std::uint32_t item = threadIdx.y; item < step.items; item += sequence_warps)
            run_step(step, place, item);
        __syncthreads();
    }
}

struct Launcher {
    std::uint32_t items;
    const Memory& memory;
    KernelSink& sink;

    // Many more blocks of threads than a device runs at once would only take time to begin.
    template <class Body>
    void operator()(const Body& body) const {
        constexpr std::uint32_t plenty = 16384, least = 512;
        const std::uint32_t most = std::max(least, plenty * block_rows / memory.rows);
        launch_body<1, 8>(body, items, most, memory, sink);
    }
    void operator()(const SmallWork& work) const { std::visit(*this, work); }
    void operator()(const SequenceWork& work) const {
        void* arguments[] = {const_cast<SequenceWork*>(&work), const_cast<Memory*>(&memory)};
        sink.add(reinterpret_cast<const void*>(&run_sequence),
                 {memory.rows / block_rows, 1, block_rows, sequence_warps}, arguments);
    }
    void operator()(const DenseWork& work) const {
        constexpr int together = 4;
        constexpr std::uint32_t any = 1U << 30;
        if (memory.rows % (together * block_rows) == 0)
            launch_body<together, 4>(DenseBody<together>{work}, items, any, memory, sink);
        else
            launch_body<1, 8>(DenseBody<1>{work}, items, any, memory, sink);
    }
    void operator()(const ConvolutionWork& work) const {
        switch (work.shape.filters) {
            case 8:
                return launch_8(work, memory, sink);
            case 6:
                return launch_6(work, memory, sink);
            case 4:
                return launch_4(work, memory, sink);
            case 2:
                return launch_2(work, memory, sink);
            default:
                return launch_1(work, memory, sink);
        }
    }
};

}  // namespace

void launch(const Launch& one, const Memory& memory, KernelSink& sink) {
    std::visit(Launcher{one.items, memory, sink}, one.work);
}

void launch(const OutputWork& output, const Memory& memory, KernelSink& sink) {
    void* arguments[] = {const_cast<OutputWork*>(&output), const_cast<Memory*>(&memory)};
    sink.add(reinterpret_cast<const void*>(&turn_rows),
             {(output.elements + tile - 1) / tile, memory.rows / block_rows, tile, tile_parts}, arguments);
}

}  // namespace caloforge::engine::cuda
