// What libcaloforge_cuda.so exports.
#include "CudaPart.hh"
#include "infer/cuda/CudaBackend.hh"

extern "C" __attribute__((visibility("default"))) caloforge::infer::MakeCudaBackend caloforge_cuda_part() {
    return caloforge::infer::cuda_backend::make;
}
