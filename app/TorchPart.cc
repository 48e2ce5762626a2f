#include "TorchPart.hh"

#include <fmt/format.h>

#include "LoadPlugin.hh"
#include "core/Error.hh"

namespace caloforge::app {
namespace {

constexpr const char* plugin = "libcaloforge_torch.so";

struct Loaded {
    const TorchPart* part = nullptr;
    std::string problem;
};

Loaded load() {
    const PluginFunction found = load_plugin(plugin, torch_part_name);
    if (found.function == nullptr) return {nullptr, found.problem};
    return {reinterpret_cast<TorchPartFunction>(found.function)(), ""};
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
