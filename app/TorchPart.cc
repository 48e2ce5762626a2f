#include "TorchPart.hh"

#include <dlfcn.h>
#include <fmt/format.h>

#include "core/Error.hh"
#include "core/Plugin.hh"

namespace caloforge::app {
namespace {

constexpr const char* plugin = "libcaloforge_torch.so";

struct Loaded {
    const TorchPart* part = nullptr;
    std::string problem;
};

Loaded load() {
    const auto path = core::find_plugin(plugin);
    if (!path) {
        return {nullptr,
                fmt::format("this Caloforge was built without it ({} is not beside the program)", plugin)};
    }
    void* library = dlopen(path->c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return {nullptr, fmt::format("it cannot be loaded ({})", dlerror())};
    const auto get = reinterpret_cast<TorchPartFunction>(dlsym(library, torch_part_name));
    if (get == nullptr) return {nullptr, fmt::format("{} is of another Caloforge", path->string())};
    return {get(), ""};
}

const Loaded& loaded() {
    static const Loaded once = load();
    return once;
}

}  // namespace

std::string torch_missing() {
    return loaded().problem;
}

const TorchPart& torch_part(const std::string& what) {
    if (loaded().part) return *loaded().part;
    throw core::InputError(
        fmt::format("{} needs libtorch; {}. Build with libtorch (`make build`)?", what, loaded().problem));
}

}  // namespace caloforge::app
