#include "Command.hh"

#include <iostream>

namespace caloforge::app {

void print_json(const core::Json& json) {
    std::cout << json.dump(2) << std::endl;
}

std::filesystem::path run_json_beside(const std::filesystem::path& output) {
    std::filesystem::path path = output;
    return path.replace_extension(".run.json");
}

}  // namespace caloforge::app
