#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

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

/// A check for whole numbers in [low, high]: CLI11 by itself wraps negative numbers and clips large ones in
/// silence.
CLI::Validator whole_number(std::int64_t low, std::int64_t high);

/// The option --model of commands that use a trained model; `model` holds default_model.
void add_model_option(CLI::App& command, std::string& model);

/// Machine-readable result on stdout.
void print_json(const core::Json& json);

/// run.json beside an output file: "fast.h5" -> "fast.run.json".
std::filesystem::path run_json_beside(const std::filesystem::path& output);

}  // namespace caloforge::app
