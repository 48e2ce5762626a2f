#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "Command.hh"
#include "CudaPart.hh"
#include "TorchPart.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/StopSignal.hh"
#include "core/Suggest.hh"
#include "core/Version.hh"

namespace {

using caloforge::core::ExitCode;

int exit_code(ExitCode code) {
    return static_cast<int>(code);
}

/// A word that is no command gets the nearest one; CLI11 itself would only say that a command is missing.
/// `depth`: which argument names it ("bench generate" has two).
void check_command(const CLI::App& app, int argc, char** argv, int depth = 1) {
    const std::string word = argc > depth ? argv[depth] : "";
    if (word.empty() || word == "-h" || word == "--help" || word == "--version") return;
    std::vector<std::string> names;
    for (const auto* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
    if (std::find(names.begin(), names.end(), word) == names.end()) {
        const char* what = word[0] == '-' ? "` stands where a command is wanted." : "` is no command.";
        throw caloforge::core::UsageError("`" + word + what + caloforge::core::did_you_mean(word, names));
    }
    const CLI::App* command = app.get_subcommand(word);
    if (!command->get_subcommands(nullptr).empty()) check_command(*command, argc, argv, depth + 1);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace caloforge;
    CLI::App app{
        "Caloforge learns calorimeter showers from simulation and generates them fast.\n"
        "Example: caloforge generate --model clic-forge --energy 10:500 --count 1000 --out fast.h5",
        "caloforge"};
    app.set_version_flag("--version", std::string("caloforge ") + core::version);
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 done, 2 wrong usage, 3 bad input, 4 failed while running, 5 a validation gate not "
        "passed.\n"
        "`caloforge COMMAND --help` shows a command's options and an example.");
    app::add_simulate(app);
    app::add_train(app);
    app::add_generate(app);
    app::add_validate(app);
    app::add_export(app);
    app::add_inspect(app);
    app::add_bench(app);
    app::add_demo(app);
    infer::provide_torch([] { return app::torch_part("the backend `torch`").backend; });
    infer::provide_cuda([] { return app::cuda_backend(); });
    try {
        check_command(app, argc, argv);
        core::watch_stop_signals();
        std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is then an error with a message
        app.parse(argc, argv);
        app::check_stdout();
        return exit_code(ExitCode::done);
    } catch (const CLI::ParseError& error) {
        const bool answered = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
        app.exit(error, std::cout, std::cerr);
        if (answered && !std::cout.flush()) return exit_code(ExitCode::failed);
        return exit_code(answered ? ExitCode::done : ExitCode::usage);
    } catch (const core::Error& error) {
        core::log_error(error.what());
        return exit_code(error.code());
    } catch (const core::Json::exception& error) {
        core::log_error(std::string("a file holds JSON of another form than expected (") + error.what() +
                        ").");
        return exit_code(ExitCode::bad_input);
    } catch (const std::bad_alloc&) {
        core::log_error("out of memory. Use a smaller batch, fewer threads or fewer showers at a time?");
        return exit_code(ExitCode::failed);
    } catch (const std::filesystem::filesystem_error& error) {
        core::log_error(error.path1().string() + " cannot be used (" + error.code().message() +
                        "). Is the path right?");
        return exit_code(ExitCode::bad_input);
    } catch (const std::exception& error) {
        core::log_error(error.what());
        return exit_code(ExitCode::failed);
    }
}
