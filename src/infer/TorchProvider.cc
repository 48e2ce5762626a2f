#include "core/Error.hh"
#include "infer/Backend.hh"

namespace caloforge::infer {
namespace {

MakeTorchBackend (*provider)() = nullptr;

}  // namespace

void provide_torch(MakeTorchBackend (*load)()) {
    provider = load;
}

std::unique_ptr<Backend> make_torch_backend(const network::WeightsFile& file, const std::string& role,
                                            const TorchOptions& options) {
    if (provider == nullptr) {
        throw core::InputError(
            "this needs libtorch, which this program does not load. Run the model with the backend `native` "
            "on a CPU?");
    }
    return provider()(file, role, options);
}

}  // namespace caloforge::infer
