#pragma once

#include <stdexcept>
#include <string>

namespace caloforge::core {

/// Exit codes of the `caloforge` command; every error that leaves a module knows its own.
enum class ExitCode : int { done = 0, usage = 2, bad_input = 3, failed = 4, gate = 5 };

/// Base of all errors that cross module borders. The message reads "problem (why). Suggestion?".
class Error : public std::runtime_error {
  public:
    Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    ExitCode code() const noexcept { return code_; }

  private:
    ExitCode code_;
};

/// Wrong command line.
struct UsageError : Error {
    explicit UsageError(const std::string& message) : Error(ExitCode::usage, message) {}
};

/// A file, configuration or request that cannot be used as it is.
struct InputError : Error {
    explicit InputError(const std::string& message) : Error(ExitCode::bad_input, message) {}
};

/// The input was good, the work failed: full disk, divergence, lost device.
struct RunError : Error {
    explicit RunError(const std::string& message) : Error(ExitCode::failed, message) {}
};

/// The work is done, a validation gate was not passed.
struct GateError : Error {
    explicit GateError(const std::string& message) : Error(ExitCode::gate, message) {}
};

}  // namespace caloforge::core
