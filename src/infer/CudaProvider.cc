#include "infer/Backend.hh"

namespace caloforge::infer {
namespace {

MakeCudaBackend (*provider)() = nullptr;

}  // namespace

void provide_cuda(MakeCudaBackend (*load)()) {
    provider = load;
}

std::unique_ptr<Backend> make_cuda_backend(const network::WeightsFile& file, const std::string& role,
                                           const std::string& device) {
    const MakeCudaBackend make = provider ? provider() : nullptr;
    return make ? make(file, role, device) : nullptr;
}

}  // namespace caloforge::infer
