#include "Command.hh"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <iostream>

#include "core/Error.hh"

namespace caloforge::app {

CLI::Validator whole_number(std::int64_t low, std::int64_t high) {
    return CLI::Validator(
        [low, high](std::string& text) {
            std::int64_t value = 0;
            const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
            const bool good =
                failure == std::errc{} && end == text.data() + text.size() && value >= low && value <= high;
            const std::string bound = high == INT64_MAX ? fmt::format("of {} or more, below 2^63", low)
                                                        : fmt::format("from {} to {}", low, high);
            if (!good) return fmt::format("{} is not a whole number {}", text, bound);
            text = std::to_string(value);
            return std::string();
        },
        "", "whole number");
}

CLI::Validator finite_number(double low) {
    return CLI::Validator(
        [low](const std::string& text) {
            double value = 0;
            const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
            const bool good = failure == std::errc{} && end == text.data() + text.size() &&
                              std::isfinite(value) && value >= low;
            const char* bound = low == 0 ? " of 0 or more" : low > 0 ? " above 0" : "";
            return good ? std::string() : fmt::format("{} is not a number{}", text, bound);
        },
        "", "number");
}

CLI::Validator named() {
    return CLI::Validator(
        [](const std::string& text) {
            return text.empty() ? std::string("the name is empty") : std::string();
        },
        "", "name");
}

void add_model_option(CLI::App& command, std::string& model) {
    command.add_option("--model", model,
                       fmt::format("Shipped model, or a weights or checkpoint file (default: {})", model));
}

void print_json(const core::Json& json) {
    errno = 0;
    std::cout << core::to_text(json, 2) << "\n";
    check_stdout();
}

void check_stdout() {
    if (std::cout.flush()) return;
    const int cause = errno;
    throw core::RunError(fmt::format("cannot write to the standard output ({}). {}",
                                     cause != 0 ? std::strerror(cause) : "an earlier write failed",
                                     cause == EBADF ? "Is it closed?" : "Is the disk full?"));
}

void check_is_no_input(const std::string& option, const std::filesystem::path& output,
                       const std::vector<std::filesystem::path>& inputs) {
    for (const auto& input : inputs) {
        std::error_code missing;
        if (!std::filesystem::equivalent(output, input, missing)) continue;
        throw core::InputError(
            fmt::format("{}: {} is read by this command, and would be replaced. Choose "
                        "another name?",
                        option, output.string()));
    }
}

std::filesystem::path run_json_beside(const std::filesystem::path& output) {
    std::filesystem::path path = output;
    if (path.extension() == ".h5") path.replace_extension();
    return path += ".run.json";
}

}  // namespace caloforge::app
