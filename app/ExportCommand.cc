#include <fmt/format.h>

#include "Command.hh"
#include "DefaultModel.hh"
#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/RunRecord.hh"
#include "engine/cpu/Rewritten.hh"
#include "export/onnx/OnnxModel.hh"
#include "network/WeightsFile.hh"

namespace caloforge::app {
namespace {

struct Options {
    std::string model = default_model;
    std::string format = "onnx";
    std::string out;
    bool optimized = false;
    bool json = false;
};

constexpr const char* role = "generator";

/// The generator alone, of a model or a checkpoint.
network::WeightsFile generator_of(const std::string& name_or_file) {
    auto file = network::WeightsFile::find(name_or_file).only(role);
    file.document["kind"] = "model";
    file.document.erase("optimisers");
    return file;
}

void run(const Options& options) {
    core::RunRecord record("export");
    core::check_writable(options.out);
    check_is_no_input("--out", options.out, {network::WeightsFile::path_of(options.model)});
    auto file = generator_of(options.model);
    if (options.optimized) file = engine::cpu::rewritten(file, role);
    if (options.format == "onnx")
        core::write_text(options.out, onnx::onnx_model(file, role));
    else
        file.write(options.out);
    const auto bytes = std::filesystem::file_size(options.out);
    record["configuration"] = {{"model", options.model},
                               {"format", options.format},
                               {"optimized", options.optimized},
                               {"out", options.out}};
    record["bytes"] = bytes;
    record.write(run_json_beside(options.out));
    core::info("wrote {} ({:.1f} MB)", options.out, 1e-6 * static_cast<double>(bytes));
    if (options.json) print_json(record.json());
}

}  // namespace

void add_export(CLI::App& app) {
    auto* command = app.add_subcommand("export",
                                       "Write a model for other programs.\nExample: caloforge export --model "
                                       "clic-forge --format onnx --out generator.onnx");
    auto options = std::make_shared<Options>();
    add_model_option(*command, options->model);
    command->add_option("--format", options->format, "onnx, or caloforge (a weights file)")
        ->check(CLI::IsMember({"onnx", "caloforge"}));
    command->add_option("--out", options->out, "File to write")->required()->check(named());
    command
        ->add_flag(
            "--optimized", options->optimized,
            "The network as the engine rewrites it: the same showers within 1e-4, several times faster "
            "in other runtimes, but a larger file")
        ->group("Changes speed");
    command->add_flag("--json", options->json, "run.json on stdout too");
    command->callback([options] { run(*options); });
}

}  // namespace caloforge::app
