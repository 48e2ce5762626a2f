#pragma once

#include <cuda_runtime.h>

#include "engine/cuda/DeviceFacts.hh"

namespace caloforge::engine::cuda {

/// Throws RunError for a call that failed. `what`: what was attempted, as "copying to the device".
inline void check(cudaError_t status, const char* what) {
    if (status != cudaSuccess) {
        throw_device_error(what, cudaGetErrorName(status), cudaGetErrorString(status),
                           status == cudaErrorMemoryAllocation);
    }
}

}  // namespace caloforge::engine::cuda
