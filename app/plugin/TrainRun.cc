#include "plugin/TrainRun.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <iostream>
#include <optional>

#include "Command.hh"
#include "comm/Together.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Progress.hh"
#include "core/RunRecord.hh"
#include "family/Families.hh"
#include "study/ClosingComparison.hh"
#include "study/CompareModel.hh"
#include "train/Training.hh"

namespace caloforge::app {
namespace {

const char* ending(train::TrainEnd end) {
    switch (end) {
        case train::TrainEnd::stopped_by_signal:
            return "stopped by a signal; go on with --resume";
        case train::TrainEnd::out_of_time:
            return "out of time; go on with --resume";
        case train::TrainEnd::no_gain:
            return "finished early (showers held out are described worse and worse: there is no "
                   "more to learn from these)";
        case train::TrainEnd::finished:
            break;
    }
    return "finished";
}

/// " (of step 400, the best)": where it is not the last one's.
std::string of_step(const train::TrainResult& result) {
    if (!result.best.any() || result.best.step() == result.steps) return "";
    return fmt::format(" (of step {}, which described the showers held out best)", result.best.step());
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
train::TrainConfig read_config(core::ConfigTable& table, const TrainOptions& options) {
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
    train::TrainConfig config = train::TrainConfig::read(table, family::families());
    if (config.data.empty()) return config;
    // Defaults follow from how many showers there are.
    std::uint64_t showers = 0;
    try {
        showers = train::count_showers(config);
    } catch (const core::InputError& error) {
        if (!options.print_config) throw;
        core::warning("{} What follows from the number of showers is printed as for many.", error.what());
    }
    return train::TrainConfig::read(table, family::families(), showers);
}

/// What the options leave to be said by the configuration, and the other way round.
void check(const TrainOptions& options, const train::TrainConfig& config) {
    if (config.data.empty()) {
        throw core::UsageError(
            "no showers to learn from. Give --data 'train/*.h5', or data.train in the configuration?");
    }
    if (options.selection.every > 0 && config.validation.empty() && config.held_out == 0)
        throw core::UsageError("--validate-every needs showers to validate with. Give --validation-data?");
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

/// What the model is good for, where showers are held out; null where that cannot be told. Figures on the
/// first rank.
core::Json compare_at_end(const train::Training& training, const train::TrainConfig& config,
                          const std::filesystem::path& folder, const std::filesystem::path& model,
                          comm::Communicator& communicator) {
    if (!training.held_out()) return nullptr;
    try {
        network::WeightsFile file;
        comm::together(communicator, [&] {
            if (communicator.first()) file = network::WeightsFile::read(model);
        });
        const auto comparison = study::compare_model(*training.held_out(), file,
                                                     {.folder = folder,
                                                      .name = config.name,
                                                      .device = training.device(),
                                                      .threads = config.threads,
                                                      .copies = study::closing_copies},
                                                     communicator);
        if (!comparison) return nullptr;
        const auto closing = study::closing_comparison(*comparison, config.name);
        std::cerr << closing.text;
        return closing.json;
    } catch (const std::exception& error) {  // the model is there, and of several ranks all meet it as one
        core::warning("the model could not be compared with the showers held out: {}", error.what());
        return nullptr;
    }
}

}  // namespace

void run_training(const TrainOptions& options, comm::Communicator& communicator) {
    core::RunRecord record("train");
    core::ConfigTable table = core::ConfigTable::empty();
    train::TrainConfig config;
    comm::together(communicator, [&] {
        table = options.table();
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
    std::optional<study::BestCheckpoint> best;
    if (options.selection.every > 0) {
        study::SelectionOptions selection = options.selection;
        selection.device = training.device();
        selection.threads = config.threads;
        best.emplace(selection, *training.held_out(), options.out, communicator);
        training.on_checkpoint([&](const train::TrainState& state, const network::WeightsFile& model) {
            best->look_at(state.step, model);
        });
    }
    const train::TrainResult result = training.run();
    const bool whole = result.end == train::TrainEnd::finished || result.end == train::TrainEnd::no_gain ||
                       (result.end == train::TrainEnd::out_of_time && config.by_time());
    const core::Json comparison =
        whole ? compare_at_end(training, config, options.out, result.model, communicator) : core::Json();
    if (!communicator.first()) return;
    record["configuration"] = config.json();
    record["seed"] = config.seed;
    record["result"] = {{"end", ending(result.end)},
                        {"steps", result.steps},
                        {"model", result.model.string()},
                        {"checkpoint", result.checkpoint.string()}};
    if (const auto& held_out = training.held_out()) {
        record["result"]["held_out"] = {{"showers", held_out->size()}, {"files", held_out->files()}};
        if (result.best.any()) {
            record["result"]["held_out"].update(
                {{"best_step", result.best.step()}, {"best_loss", result.best.loss()}});
        }
        record["result"]["comparison"] = comparison;
    }
    if (best) record["result"]["best"] = best->best();
    record.write(std::filesystem::path(options.out) / "run.json");
    core::info("{} after {} steps; model {}{}, checkpoint {}", ending(result.end), result.steps,
               result.model.string(), of_step(result), result.checkpoint.string());
    if (options.json) print_json(record.json());
}

}  // namespace caloforge::app
