#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/Json.hh"

/// The subcommands: each adds its options to the parser and runs in its callback. Errors leave as
/// core::Error.
namespace caloforge::app {

void add_simulate(CLI::App& app);
void add_train(CLI::App& app);
void add_generate(CLI::App& app);
void add_validate(CLI::App& app);
void add_export(CLI::App& app);
void add_inspect(CLI::App& app);
void add_bench(CLI::App& app);
void add_demo(CLI::App& app);

/// A transformation (Option::transform) of whole numbers in [low, high]: CLI11 by itself wraps negative
/// numbers, clips large ones and takes those with leading zeros as octal, all in silence.
CLI::Validator whole_number(std::int64_t low, std::int64_t high);
/// A check for numbers from `low` on that are finite: CLI11's own let NaN through.
CLI::Validator finite_number(double low = -std::numeric_limits<double>::max());
/// A check for names that are not empty.
CLI::Validator named();

/// The option --model of commands that use a trained model; `model` holds default_model.
void add_model_option(CLI::App& command, std::string& model);

/// Machine-readable result on stdout. Throws RunError when it cannot be written.
void print_json(const core::Json& json);

/// Throws RunError when something that was written to std::cout did not arrive (full disk, closed pipe).
void check_stdout();

/// Throws InputError when an output, named with `option`, is a file that is read, by whatever name.
void check_is_no_input(const std::string& option, const std::filesystem::path& output,
                       const std::vector<std::filesystem::path>& inputs);

/// run.json beside an output file: "fast.h5" -> "fast.run.json", "fast.onnx" -> "fast.onnx.run.json".
std::filesystem::path run_json_beside(const std::filesystem::path& output);

}  // namespace caloforge::app
