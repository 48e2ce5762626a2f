#include "engine/cuda/device/Kernels.hh"

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

struct Launcher {
    std::uint32_t items;
    const Memory& memory;
    Stream& stream;

    // Many more blocks of threads than a device runs at once would only take time to begin.
    template <class Body>
    void operator()(const Body& body) const {
        constexpr std::uint32_t plenty = 16384, least = 512;
        const std::uint32_t most = std::max(least, plenty * block_rows / memory.rows);
        launch_body<1, 8>(body, items, most, memory, stream);
    }
    void operator()(const DenseWork& work) const {
        constexpr int together = 4;
        constexpr std::uint32_t any = 1U << 30;
        if (memory.rows % (together * block_rows) == 0)
            launch_body<together, 4>(DenseBody<together>{work}, items, any, memory, stream);
        else
            launch_body<1, 8>(DenseBody<1>{work}, items, any, memory, stream);
    }
    void operator()(const ConvolutionWork& work) const {
        switch (work.shape.filters) {
            case 8:
                return launch_8(work, memory, stream);
            case 6:
                return launch_6(work, memory, stream);
            case 4:
                return launch_4(work, memory, stream);
            case 2:
                return launch_2(work, memory, stream);
            default:
                return launch_1(work, memory, stream);
        }
    }
};

}  // namespace

void launch(const Launch& one, const Memory& memory, Stream& stream) {
    std::visit(Launcher{one.items, memory, stream}, one.work);
}

void launch(const OutputWork& output, const Memory& memory, Stream& stream) {
    const dim3 grid((output.elements + tile - 1) / tile, memory.rows / block_rows);
    turn_rows<<<grid, dim3(tile, tile_parts), 0, stream.handle()>>>(output, memory);
    check(cudaGetLastError(), "launching a kernel");
}

}  // namespace caloforge::engine::cuda
