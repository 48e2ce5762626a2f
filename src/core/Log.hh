#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace caloforge::core {

/// Human text goes to stderr, one line each; results go to stdout and never through here. Thread-safe.
void log_info(std::string_view line);
void log_warning(std::string_view line);
void log_error(std::string_view line);
/// Only warnings and errors from now on (`--quiet`).
void log_quietly();
/// Only errors from now on (all ranks of a training but the first).
void log_errors_only();

template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
    log_info(fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
    log_warning(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace caloforge::core
