#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string>

namespace caloforge::model {

/// "cpu" or "cuda" (or "cuda:1"). Throws InputError when this build or machine has no such device.
torch::Device find_device(const std::string& name);

/// What the device draws by itself from here on is a function of `seed`.
void seed_device(torch::Device device, std::uint64_t seed);

/// CUDA devices that this process sees.
std::size_t gpu_count();

/// How convolutions and matrix products are computed. `bfloat16` keeps weights, normalisation and losses in
/// float32 and rounds the operands of products to bfloat16 (libtorch's autocast): several times faster on
/// CPUs with AMX and on GPUs, slower on others. `tf32` rounds them to 10 bits behind the leading one inside a
/// GPU's tensor cores. `float64` is for checks: it takes networks and inputs of that type, and files do not
/// hold it.
enum class Precision { float32, tf32, bfloat16, float64 };
Precision precision_from(const std::string& name);
/// The same for a device. Throws InputError where it does not know the precision.
Precision precision_on(torch::Device device, const std::string& name);
/// Of weights, inputs and outputs.
torch::ScalarType weight_type(Precision precision);

/// While it lives, the process' CUDA devices round the operands of products to TF32, or do not: libtorch's
/// own default does so in convolutions. Forward and backward passes; on a CPU nothing changes. Stack only.
class Tf32Scope {
  public:
    Tf32Scope(torch::Device device, Precision precision);
    ~Tf32Scope();
    Tf32Scope(const Tf32Scope&) = delete;
    Tf32Scope& operator=(const Tf32Scope&) = delete;

  private:
    bool active_, convolutions_, products_;
};

/// While it lives, this thread computes with the given precision on the given device. Not copyable, stack
/// only.
class PrecisionScope {
  public:
    PrecisionScope(torch::Device device, Precision precision);
    ~PrecisionScope();
    PrecisionScope(const PrecisionScope&) = delete;
    PrecisionScope& operator=(const PrecisionScope&) = delete;

  private:
    c10::DeviceType device_;
    bool before_;
};

}  // namespace caloforge::model
