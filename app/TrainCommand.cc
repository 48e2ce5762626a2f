#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <iostream>
#include <optional>

#include "BestCheckpoint.hh"
#include "Command.hh"
#include "OnRanks.hh"
#include "comm/Together.hh"
#include "core/ConfigTable.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Progress.hh"
#include "core/RunRecord.hh"
#include "family/Families.hh"
#include "train/Training.hh"

namespace caloforge::app {
namespace {

struct Options {
    std::string config;
    std::vector<std::string> data, validation;
    std::string out = "runs/train";
    std::string timeline;
    bool resume = false;
    bool print_config = false;
    bool json = false;
    // Flags that override keys of the file.
    std::int64_t batch = 0, epochs = 0, steps = 0, threads = 0, seed = 0;
    double minutes = 0;
    std::string device, precision, start_from;
    SelectionOptions selection;
};

/// The file with the flags laid over it.
core::ConfigTable read_table(const Options& options, const CLI::App& command) {
    core::ConfigTable table =
        options.config.empty() ? core::ConfigTable::empty() : core::ConfigTable::load(options.config);
    const auto given = [&](const char* flag) { return command.count(flag) > 0; };
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

const char* ending(train::TrainEnd end) {
    switch (end) {
        case train::TrainEnd::stopped_by_signal:
            return "stopped by a signal; go on with --resume";
        case train::TrainEnd::out_of_time:
            return "out of time; go on with --resume";
        case train::TrainEnd::finished:
            break;
    }
    return "finished";
}

/// The names of the families that can do something, for a message.
std::string families_that(bool train::Family::Abilities::*can) {
    std::vector<std::string> names;
    for (const train::Family* family : family::families()) {
        if (family->abilities().*can) names.push_back(family->name());
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

/// Which family's keys there are decides what the other flags may set.
train::TrainConfig read_config(core::ConfigTable& table, const Options& options) {
    if (!options.start_from.empty()) {
        const std::string name = table.table("model").text("network", family::families()[0]->name());
        for (const train::Family* family : family::families()) {
            if (family->name() != name || family->abilities().start_from) continue;
            throw core::UsageError(
                fmt::format("--start-from is for the network {0}. Set model.network = \"{0}\" in the "
                            "configuration?",
                            families_that(&train::Family::Abilities::start_from)));
        }
        table.set("training.start_from", options.start_from);
    }
    return train::TrainConfig::read(table, family::families());
}

/// What the options leave to be said by the configuration, and the other way round.
void check(const Options& options, const train::TrainConfig& config) {
    if (config.data.empty()) {
        throw core::UsageError(
            "no showers to learn from. Give --data 'train/*.h5', or data.train in the configuration?");
    }
    if (options.selection.every > 0 && config.validation.empty())
        throw core::UsageError("--validate-every needs showers to validate with. Give --validation-data?");
    if (options.selection.every == 0 && !config.validation.empty() && !config.family->abilities().held_out) {
        throw core::UsageError(
            fmt::format("the network {} has no likelihood: showers held out tell nothing but in a "
                        "comparison. Give --validate-every too?",
                        config.family->name()));
    }
}

/// Now rather than behind the first steps.
void check_timeline(const std::filesystem::path& file) {
    if (file.empty()) return;
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    if (!std::filesystem::is_directory(folder))
        throw core::InputError(
            fmt::format("--timeline: there is no folder {}. Create it first?", folder.string()));
    if (std::filesystem::is_directory(file))
        throw core::InputError(fmt::format("--timeline: {} is a folder. Name a file in it?", file.string()));
}

void run(const Options& options, const CLI::App& command, comm::Communicator& communicator) {
    core::RunRecord record("train");
    core::ConfigTable table = core::ConfigTable::empty();
    train::TrainConfig config;
    comm::together(communicator, [&] {
        table = read_table(options, command);
        config = read_config(table, options);
        if (!options.print_config) check(options, config);
        check_timeline(options.timeline);
    });
    comm::check_equal(communicator, "the options",
                      fmt::format("--resume {} --validate-every {} --timeline {}", options.resume,
                                  options.selection.every, !options.timeline.empty()));
    if (options.print_config) {
        if (communicator.first()) std::cout << table.effective();
        return;
    }
    train::Training training(config, table.effective(), options.out, options.resume, communicator);
    if (!options.timeline.empty()) training.write_timeline_to(options.timeline);
    std::optional<BestCheckpoint> best;
    if (options.selection.every > 0) {
        SelectionOptions selection = options.selection;
        selection.data = config.validation;
        selection.scale = config.data_scale;
        selection.device = training.device();
        selection.threads = config.threads;
        best.emplace(selection, options.out, communicator);
        training.on_checkpoint([&](const train::TrainState& state) { best->look_at(state.step); });
    }
    const train::TrainResult result = training.run();
    if (!communicator.first()) return;
    record["configuration"] = config.json();
    record["seed"] = config.seed;
    record["result"] = {{"end", ending(result.end)},
                        {"steps", result.steps},
                        {"model", result.model.string()},
                        {"checkpoint", result.checkpoint.string()}};
    if (best) record["result"]["best"] = best->best();
    record.write(std::filesystem::path(options.out) / "run.json");
    core::info("{} after {} steps; model {}, checkpoint {}", ending(result.end), result.steps,
               result.model.string(), result.checkpoint.string());
    if (options.json) print_json(record.json());
}

}  // namespace

void add_train(CLI::App& app) {
    auto* command = app.add_subcommand("train",
                                       "Train a network on showers.\nExample: caloforge train --config "
                                       "example/train/3dgan.toml --data 'train/*.h5' --out runs/a");
    auto options = std::make_shared<Options>();
    command->add_option("--config", options->config, "TOML file (doc/format/train.md); flags override it");
    command->add_option("--data", options->data, "Shower files of the training part (patterns in quotes)");
    command->add_option("--out", options->out, "Folder of the run");
    command->add_flag("--resume", options->resume, "Go on from the newest checkpoint in --out");
    command->add_option("--batch", options->batch, "Showers per step")->group("Changes physics");
    command->add_option("--epochs", options->epochs, "Passes over the data")->group("Changes physics");
    command->add_option("--steps", options->steps, "Steps in all (instead of epochs)")
        ->group("Changes physics");
    command->add_option("--seed", options->seed, "Seed of all random numbers")->group("Changes physics");
    command
        ->add_option("--start-from", options->start_from,
                     families_that(&train::Family::Abilities::start_from) +
                         ": shipped model or weights file whose generator is where the training begins")
        ->group("Changes physics");
    command
        ->add_option("--precision", options->precision,
                     "float32, or in the products bfloat16 or (CUDA devices) tf32")
        ->group("Changes physics");
    command
        ->add_option("--validate-every", options->selection.every,
                     "Write and validate a checkpoint every so many steps; keep the best as best.safetensors")
        ->check(whole_number(1, INT64_MAX))
        ->group("Validation");
    command
        ->add_option("--validation-data", options->validation,
                     "Shower files to validate with, neither trained on nor used in tests; of the network " +
                         families_that(&train::Family::Abilities::held_out) +
                         ", their likelihood is told with every checkpoint")
        ->group("Validation");
    command
        ->add_option("--select-by", options->selection.metric,
                     "Metric whose magnitude chooses the best (doc/validation.md)")
        ->group("Validation");
    command->add_option("--minutes", options->minutes, "Stop cleanly after so many minutes")
        ->group("Changes speed");
    command->add_option("--threads", options->threads, "Threads (0: all cores)")->group("Changes speed");
    command->add_option("--device", options->device, "cpu or cuda")->group("Changes speed");
    command
        ->add_option("--timeline", options->timeline,
                     "Write where the time of five steps goes, by layer and phase (Chrome's trace format: "
                     "ui.perfetto.dev)")
        ->group("Changes speed");
    command->add_flag("--print-config", options->print_config,
                      "Print the complete effective configuration and stop");
    command->add_flag("--json", options->json, "Machine-readable result on stdout");
    command->callback([options, command] {
        on_ranks([&](comm::Communicator& communicator) { run(*options, *command, communicator); });
    });
}

}  // namespace caloforge::app
