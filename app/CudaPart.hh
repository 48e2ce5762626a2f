#pragma once

#include "infer/Backend.hh"

namespace caloforge::app {

/// The engine for CUDA devices: a plug-in, app/plugin/cuda, that is loaded when it is asked for. Null where
/// the program was built without; one that cannot be loaded is said, and null.
infer::MakeCudaBackend cuda_backend();

/// What the plug-in exports.
extern "C" using CudaPartFunction = infer::MakeCudaBackend(*)();
inline constexpr const char* cuda_part_name = "caloforge_cuda_part";

}  // namespace caloforge::app
