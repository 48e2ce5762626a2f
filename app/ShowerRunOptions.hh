#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace caloforge::app {

/// What every command that makes showers asks: which ones, where to.
struct ShowerRunOptions {
    std::string energy;
    std::uint64_t count = 1000;
    std::uint64_t seed = 1;
    std::uint64_t first = 0;
    std::string out;
    int threads = 0;
    int gzip = 1;
    bool json = false;
};

/// Adds them to a command; the texts say what `--out` and `--threads` are there. `options` has to outlive it.
void add_shower_run_options(CLI::App& command, ShowerRunOptions& options, const std::string& about_out,
                            const std::string& about_threads);

}  // namespace caloforge::app
