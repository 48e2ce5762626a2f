#include "infer/Backend.hh"

namespace caloforge::infer {
namespace {

MakeCudaBackend (*cuda_provider)() = nullptr;

}  // namespace

void provide_cuda(MakeCudaBackend (*load)()) {
    cuda_provider = load;
}

std::unique_ptr<Backend> make_cuda_backend(const network::WeightsFile& file, const std::string& role,
                                           const std::string& device) {
    const MakeCudaBackend make = cuda_provider ? cuda_provider() : nullptr;
    return make ? make(file, role, device) : nullptr;
}

}  // namespace caloforge::infer
