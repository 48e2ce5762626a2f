#include "Command.hh"

#include <fmt/format.h>

#include <charconv>
#include <iostream>

namespace caloforge::app {

CLI::Validator whole_number(std::int64_t low, std::int64_t high) {
    return CLI::Validator(
        [low, high](const std::string& text) {
            std::int64_t value = 0;
            const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
            const bool good =
                failure == std::errc{} && end == text.data() + text.size() && value >= low && value <= high;
            const std::string bound = high == INT64_MAX ? fmt::format("of {} or more", low)
                                                        : fmt::format("from {} to {}", low, high);
            return good ? std::string{} : fmt::format("{} is not a whole number {}", text, bound);
        },
        "", "whole number");
}

void add_model_option(CLI::App& command, std::string& model) {
    command.add_option("--model", model,
                       fmt::format("Shipped model, or a weights or checkpoint file (default: {})", model));
}

void print_json(const core::Json& json) {
    std::cout << json.dump(2) << std::endl;
}

std::filesystem::path run_json_beside(const std::filesystem::path& output) {
    std::filesystem::path path = output;
    return path.replace_extension(".run.json");
}

}  // namespace caloforge::app
