#include <fmt/format.h>

#include <iostream>
#include <optional>

#include "Classifiers.hh"
#include "Command.hh"
#include "DefaultModel.hh"
#include "core/AtomicFile.hh"
#include "core/Log.hh"
#include "core/Machine.hh"
#include "core/RunRecord.hh"
#include "core/Shipped.hh"
#include "study/EventPairs.hh"
#include "study/GenerateRun.hh"
#include "study/ReportPage.hh"
#include "study/SimulateRun.hh"
#include "study/Steps.hh"
#include "validate/ShowerComparison.hh"

namespace caloforge::app {
namespace {

using core::Json;

constexpr std::size_t event_pairs = 6;

struct Options {
    std::string model = default_model;
    std::string out = "caloforge-demo";
    std::uint64_t count = 4000;
    std::uint64_t simulated = 60;
    std::uint64_t seed = 1;
};

// The demo's own reference: the built-in Monte Carlo, in the detector of the model.
data::ShowerSet simulate(const Options& options, const geometry::Detector& detector,
                         const std::filesystem::path& path) {
    const montecarlo::ShowerSimulator simulator(detector, {});
    const study::Beam beam{sample::Distribution::range(10, 500)};
    data::WriteOptions write;
    write.provenance = {{"command", "demo"}, {"detector", detector.name()}, {"seed", options.seed}};
    core::Progress progress("simulate", options.simulated, "showers");
    study::SimulationSummary summary;
    study::simulate_to_file(simulator, beam, options.seed, {0, options.simulated}, core::thread_count(0),
                            path, write, progress, summary);
    return data::ShowerSet::open({path});
}

validate::Comparison compare(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                             const std::string& name, double mip) {
    validate::ShowerCompareOptions options;
    options.mip = mip;
    options.reference_name = "Geant4";
    options.candidate_name = name;
    return validate::compare_showers(reference, candidate, options);
}

Json model_of(const infer::Model& of) {
    const Json training = of.document().value("training", Json::object());
    Json model = {{"name", of.name()}};
    if (training.contains("state")) model.update(training["state"]);
    for (const char* key : {"showers", "device", "threads", "written"}) {
        if (training.contains(key)) model[key] = training[key];
    }
    return model;
}

// As the user can write it from here.
std::string from_here(const std::filesystem::path& path) {
    std::error_code none;
    const auto near = std::filesystem::relative(path, none);
    if (none || near.empty()) return path.string();
    return near.string().starts_with("..") ? std::filesystem::absolute(path, none).string() : near.string();
}

std::string next_steps(const std::filesystem::path& reference) {
    std::error_code none;
    return fmt::format(
        "\nNext:\n"
        "  more showers, of your energies:\n"
        "    {0} generate --energy 10:500 --count 10000 --out mine.h5\n"
        "  how good a file of showers is:\n"
        "    {0} validate --reference {1} --candidate mine.h5 --out report\n"
        "  your own detector (a copy of this one, edited: doc/format/detector.md), to simulate and to train "
        "on:\n"
        "    cp {2} mine.toml\n"
        "    {0} simulate --detector mine.toml --energy 10:100 --count 200 --out simulated.h5\n",
        from_here(std::filesystem::read_symlink("/proc/self/exe", none)), from_here(reference),
        from_here(core::find_shipped({"detector", "detectors", ".toml"}, "clic-ecal")));
}

void run(const Options& options) {
    core::RunRecord record("demo");
    record["seed"] = options.seed;
    study::Steps step(record);
    const std::filesystem::path folder = options.out;
    core::check_writable(folder / "report.html");
    infer::Team team =
        step("load the model", [&] { return infer::Team(infer::Model::find(options.model), 0); });
    const infer::Model& model = team.model();
    const auto generated = folder / "generated.h5";
    step(fmt::format("generate {} showers, 10 to 500 GeV", options.count), [&] {
        const auto range = sample::Distribution::range(10, 500);
        data::WriteOptions write;
        write.provenance = {{"command", "demo"}, {"model", model.name()}, {"seed", options.seed}};
        return study::generate_to_file(team, {{{sample::energy_field, {range}}}, options.count, options.seed},
                                       generated, write);
    });
    const auto reference_file = core::find_shipped({"example", "example", ".h5"}, "geant4-demo");
    const auto reference =
        step("open the Geant4 showers", [&] { return data::ShowerSet::open({reference_file}); });
    const auto candidate = data::ShowerSet::open({generated});
    const double mip = model.detector().mip();
    auto comparison = step("compare", [&] { return compare(reference, candidate, model.name(), mip); });
    ClassifierOptions asked;
    asked.which = "observables";
    asked.trees_only = true;
    const auto classifiers = step("train trees to tell them apart", [&] {
        return run_classifiers(asked, reference, candidate, 0, comparison);
    });
    std::optional<data::ShowerSet> simulated;
    std::optional<validate::Comparison> other;
    if (options.simulated > 0) {
        simulated = step(fmt::format("simulate {} showers with the built-in Monte Carlo", options.simulated),
                         [&] { return simulate(options, model.detector(), folder / "simulated.h5"); });
        other = step("compare them too",
                     [&] { return compare(reference, *simulated, "built-in Monte Carlo", mip); });
    }
    study::ReportContent content;
    content.title =
        "Caloforge: " + model.name() + (other ? " and the built-in Monte Carlo" : "") + " beside Geant4";
    content.detector = &model.detector();
    content.readout = reference.readout();
    content.comparison = &comparison;
    content.other = other ? &*other : nullptr;
    content.classifiers = classifiers;
    content.verdict = validate::give_verdict(comparison.metrics(), comparison.drawings(), model.name());
    content.model = model_of(model);
    content.events = step("pick showers to look at", [&] {
        return study::pick_event_pairs(reference, candidate, comparison, event_pairs,
                                       study::display_threshold_mip * mip);
    });
    if (other)
        study::add_to_event_pairs(content.events, *simulated, *other, study::display_threshold_mip * mip);
    content.timings = step.timings();
    content.notes = {"The Geant4 showers on this page were never used in training.", study::display_note()};
    core::write_text(folder / "metrics.json", core::to_text(comparison.json(), 2) + "\n");
    const bool page = study::write_page(folder, study::report_data(content));
    if (page) record["result"] = {{"page", (folder / "report.html").string()}};
    record.write(folder / "run.json");

    std::cout << content.verdict.text() << "All figures: " << (folder / "metrics.json").string() << "\n";
    // Fewer than that tell next to nothing; the page shows them all the same.
    constexpr std::uint64_t worth_a_verdict = 500;
    if (other && options.simulated >= worth_a_verdict) {
        std::cout
            << "\nThe built-in Monte Carlo beside Geant4:\n"
            << validate::give_verdict(other->metrics(), other->drawings(), "built-in Monte Carlo").text();
    }
    std::cout << "\n";
    for (const auto& timing : step.timings())
        std::cout << fmt::format("{:44} {:8.2f} s\n", timing["what"].get<std::string>(),
                                 timing["seconds"].get<double>());
    if (page)
        std::cout << "\nOpen " << std::filesystem::absolute(folder / "report.html").string()
                  << " in a browser.\n";
    std::cout << next_steps(reference_file);
}

}  // namespace

void add_demo(CLI::App& app) {
    auto* command = app.add_subcommand(
        "demo",
        "Generate showers with the shipped model, simulate some, and compare both with Geant4's: "
        "makes a page to look at.\nExample: caloforge demo --out caloforge-demo");
    auto options = std::make_shared<Options>();
    add_model_option(*command, options->model);
    command->add_option("--count", options->count, "Number of generated showers")
        ->transform(whole_number(50, 1000000));
    command
        ->add_option("--simulated", options->simulated,
                     "Number of showers to simulate with the built-in Monte Carlo (0: none)")
        ->transform(whole_number(0, 1000000));
    command->add_option("--seed", options->seed, "Seed of the generated showers")
        ->transform(whole_number(0, INT64_MAX));
    command->add_option("--out", options->out, "Folder of the page")->check(named());
    command->callback([options] { run(*options); });
}

}  // namespace caloforge::app
