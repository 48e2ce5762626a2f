#include "LoadPlugin.hh"

#include <dlfcn.h>
#include <fmt/format.h>

#include "core/Plugin.hh"

namespace caloforge::app {

PluginFunction load_plugin(const std::string& file, const char* name) {
    const auto path = core::find_plugin(file);
    if (!path) {
        return {nullptr, false,
                fmt::format("this Caloforge was built without it ({} is not beside the program)", file)};
    }
    void* library = dlopen(path->c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return {nullptr, true, fmt::format("it cannot be loaded ({})", dlerror())};
    void* function = dlsym(library, name);
    if (function == nullptr)
        return {nullptr, true, fmt::format("{} is of another Caloforge", path->string())};
    return {function, true, ""};
}

}  // namespace caloforge::app
