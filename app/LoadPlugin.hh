#pragma once

#include <string>

namespace caloforge::app {

/// A function of a part of Caloforge that is loaded when it is asked for, or why there is none. Its code uses
/// the program's own, so both are always of one build.
struct PluginFunction {
    void* function = nullptr;
    bool there = false;   ///< the file, whether it can be used or not
    std::string problem;  ///< empty where there is a function
};
/// Loads it for as long as the program runs. `file`: core::find_plugin; `name`: what it exports.
PluginFunction load_plugin(const std::string& file, const char* name);

}  // namespace caloforge::app
