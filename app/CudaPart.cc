#include "CudaPart.hh"

#include "LoadPlugin.hh"
#include "core/Log.hh"

namespace caloforge::app {
namespace {

infer::MakeCudaBackend load() {
    const PluginFunction found = load_plugin("libcaloforge_cuda.so", cuda_part_name);
    if (found.function != nullptr) return reinterpret_cast<CudaPartFunction>(found.function)();
    if (found.there) core::warning("the engine for CUDA devices is left out: {}.", found.problem);
    return nullptr;
}

}  // namespace

infer::MakeCudaBackend cuda_backend() {
    static const infer::MakeCudaBackend once = load();
    return once;
}

}  // namespace caloforge::app
