#include "Command.hh"
#include "OnRanks.hh"
#include "TorchPart.hh"
#include "TrainOptions.hh"
#include "comm/Together.hh"
#include "core/ConfigTable.hh"
#include "network/WeightsFile.hh"

namespace caloforge::app {
namespace {

struct Options : TrainOptions {
    std::string config;
    std::vector<std::string> data, validation;
    // Flags that override keys of the file.
    std::int64_t batch = 0, epochs = 0, steps = 0, threads = 0, seed = 0;
    double minutes = 0;
    std::string device, precision, network, detector;
};

/// The file with the flags laid over it.
core::ConfigTable read_table(const Options& options, const CLI::App& command) {
    core::ConfigTable table =
        options.config.empty() ? core::ConfigTable::empty() : core::ConfigTable::load(options.config);
    const auto given = [&](const char* flag) { return command.count(flag) > 0; };
    if (given("--network")) table.set("model.network", options.network);
    if (given("--detector")) table.set("model.detector", options.detector);
    if (given("--data")) table.set("data.train", options.data);
    if (given("--validation-data")) table.set("data.validation", options.validation);
    if (given("--batch")) table.set("training.batch", options.batch);
    if (given("--epochs")) table.set("training.epochs", options.epochs);
    if (given("--steps")) table.set("training.steps", options.steps);
    if (given("--seed")) table.set("training.seed", options.seed);
    if (given("--threads")) table.set("training.threads", options.threads);
    if (given("--minutes")) table.set("training.minutes", options.minutes);
    if (given("--device")) table.set("training.device", options.device);
    if (given("--precision")) table.set("training.precision", options.precision);
    // What is validated has to be written first.
    if (given("--validate-every")) table.set("checkpoint.every_steps", options.selection.every);
    return table;
}

/// What the run folder's files must not take the place of.
void check_apart(const Options& options) {
    const std::filesystem::path folder = options.out;
    if (!options.resume && !options.config.empty())
        check_is_no_input("--out", folder / "config.toml", {options.config});
    for (const char* name : {"model.safetensors", "best.safetensors"}) {
        if (!options.start_from.empty())
            check_is_no_input("--out", folder / name, {network::WeightsFile::path_of(options.start_from)});
    }
    if (!options.timeline.empty()) check_is_no_input("--timeline", options.timeline, {options.config});
}

}  // namespace

void add_train(CLI::App& app) {
    auto* command =
        app.add_subcommand("train",
                           "Train a network on showers.\nExample: caloforge train --network forge "
                           "--detector my.toml --data 'train/*.h5' --minutes 30 --out runs/a");
    auto options = std::make_shared<Options>();
    command->add_option("--config", options->config, "TOML file (doc/format/train.md); flags override it");
    command->add_option("--data", options->data, "Shower files of the training part (patterns in quotes)");
    command->add_option("--out", options->out, "Folder of the run")->check(named());
    command->add_flag("--resume", options->resume, "Go on from the newest checkpoint in --out");
    command
        ->add_option("--network", options->network,
                     "Kind of network: gan3d (default), or forge, for any Cartesian grid and for cylindrical "
                     "cells alike in all layers")
        ->group("Changes physics");
    command->add_option("--detector", options->detector, "Shipped detector or file (doc/format/detector.md)")
        ->group("Changes physics");
    command->add_option("--batch", options->batch, "Showers per step")
        ->transform(whole_number(0, INT64_MAX))
        ->group("Changes physics");
    command->add_option("--epochs", options->epochs, "Passes over the data")
        ->transform(whole_number(1, INT64_MAX))
        ->group("Changes physics");
    command->add_option("--steps", options->steps, "Steps in all (instead of epochs)")
        ->transform(whole_number(1, INT64_MAX))
        ->group("Changes physics");
    command->add_option("--seed", options->seed, "Seed of all random numbers")
        ->transform(whole_number(0, INT64_MAX))
        ->group("Changes physics");
    command
        ->add_option("--start-from", options->start_from,
                     "Where the network can: shipped model or weights file whose generator is where the "
                     "training begins")
        ->group("Changes physics");
    command
        ->add_option("--precision", options->precision,
                     "float32, or in the products bfloat16 or (CUDA devices) tf32")
        ->group("Changes physics");
    command
        ->add_option("--validate-every", options->selection.every,
                     "Write and validate a checkpoint every so many steps; keep the best as best.safetensors")
        ->transform(whole_number(1, INT64_MAX))
        ->group("Validation");
    command
        ->add_option("--validation-data", options->validation,
                     "Shower files to validate with, neither trained on nor used in tests; where the network "
                     "has a likelihood, it is told with every checkpoint")
        ->group("Validation");
    command
        ->add_option("--select-by", options->selection.metric,
                     "Metric whose magnitude chooses the best (doc/validation.md)")
        ->group("Validation");
    command
        ->add_option("--minutes", options->minutes,
                     "Where the network can (forge): the best that so many minutes allow; else, or with "
                     "--steps or --epochs, stop cleanly after them")
        ->check(finite_number(0))
        ->group("Changes physics");
    command->add_option("--threads", options->threads, "Threads (0: all cores)")
        ->transform(whole_number(0, 4096))
        ->group("Changes speed");
    command->add_option("--device", options->device, "cpu or cuda")->group("Changes speed");
    command
        ->add_option("--timeline", options->timeline,
                     "Write where the time of five steps goes, by layer and phase (Chrome's trace format: "
                     "ui.perfetto.dev)")
        ->check(named())
        ->group("Changes speed");
    command->add_flag("--print-config", options->print_config,
                      "Print the complete effective configuration and stop");
    command->add_flag("--json", options->json, "Machine-readable result on stdout");
    command->callback([options, command] {
        check_apart(*options);
        options->table = [options, command] { return read_table(*options, *command); };
        on_ranks([&](comm::Communicator& communicator) {
            const TorchPart* part = nullptr;
            comm::together(communicator, [&] { part = &torch_part("training"); });
            part->train(*options, communicator);
        });
    });
}

}  // namespace caloforge::app
