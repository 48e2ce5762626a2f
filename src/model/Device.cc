#include "model/Device.hh"

#include <ATen/autocast_mode.h>
#include <fmt/format.h>

#include <mutex>

#include "core/Error.hh"
#include "core/Suggest.hh"

namespace caloforge::model {

torch::Device find_device(const std::string& name) {
    const std::string kind = name.substr(0, name.find(':'));
    if (kind != "cpu" && kind != "cuda") {
        throw core::InputError(
            fmt::format("device `{}` is unknown.{}", name, core::did_you_mean(name, {"cpu", "cuda"})));
    }
    if (kind == "cuda" && !torch::cuda::is_available()) {
        throw core::InputError(fmt::format(
            "device `{}`: this libtorch finds no CUDA device (CPU build, or no driver). Use --device cpu?",
            name));
    }
    try {
        return torch::Device(name);
    } catch (const c10::Error&) {
        throw core::InputError(fmt::format("device `{}` is no device. Use cpu, cuda or cuda:1?", name));
    }
}

std::size_t gpu_count() {
    return torch::cuda::device_count();
}

void seed_device(torch::Device device, std::uint64_t seed) {
    at::Generator generator = at::globalContext().defaultGenerator(device);
    const std::lock_guard lock(generator.mutex());
    generator.set_current_seed(seed);
}

Precision precision_from(const std::string& name) {
    if (name == "float32") return Precision::float32;
    if (name == "tf32") return Precision::tf32;
    if (name == "bfloat16") return Precision::bfloat16;
    if (name == "float64") return Precision::float64;
    throw core::InputError(fmt::format("precision `{}` is unknown.{}", name,
                                       core::did_you_mean(name, {"float32", "tf32", "bfloat16"})));
}

Precision precision_on(torch::Device device, const std::string& name) {
    const Precision precision = precision_from(name);
    if (device.is_cpu() && precision == Precision::tf32)
        throw core::InputError("precision `tf32` is for CUDA devices. Use float32, or bfloat16?");
    return precision;
}

Tf32Scope::Tf32Scope(torch::Device device, Precision precision)
    : active_(device.is_cuda()),
      convolutions_(at::globalContext().allowTF32CuDNN()),
      products_(at::globalContext().allowTF32CuBLAS()) {
    if (!active_) return;
    at::globalContext().setAllowTF32CuDNN(precision == Precision::tf32);
    at::globalContext().setAllowTF32CuBLAS(precision == Precision::tf32);
}

Tf32Scope::~Tf32Scope() {
    if (!active_) return;
    at::globalContext().setAllowTF32CuDNN(convolutions_);
    at::globalContext().setAllowTF32CuBLAS(products_);
}

torch::ScalarType weight_type(Precision precision) {
    return precision == Precision::float64 ? torch::kFloat64 : torch::kFloat32;
}

PrecisionScope::PrecisionScope(torch::Device device, Precision precision)
    : device_(device.type()), before_(at::autocast::is_autocast_enabled(device.type())) {
    at::autocast::set_autocast_enabled(device_, precision == Precision::bfloat16);
    at::autocast::set_autocast_dtype(device_, at::kBFloat16);
    at::autocast::increment_nesting();
}

PrecisionScope::~PrecisionScope() {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(device_, before_);
}

}  // namespace caloforge::model
