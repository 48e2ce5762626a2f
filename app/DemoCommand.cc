#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "Command.hh"
#include "DemoPage.hh"
#include "core/AtomicFile.hh"
#include "core/Log.hh"
#include "core/RunRecord.hh"
#include "core/Shipped.hh"
#include "generate/GenerateRun.hh"
#include "validate/Comparison.hh"

namespace caloforge::app {
namespace {

using core::Json;

constexpr std::size_t event_pairs = 6;
constexpr double display_threshold_mip = 0.1;

struct Options {
    std::string model = "clic-3dgan";
    std::string out = "caloforge-demo";
    std::uint64_t count = 1000;
    std::uint64_t seed = 1;
};

/// Times the steps of the demo as they pass.
class Steps {
  public:
    explicit Steps(core::RunRecord& record) : record_(record) {}
    template <class Work>
    auto operator()(const std::string& what, Work&& work) {
        core::info("{} ...", what);
        const auto start = std::chrono::steady_clock::now();
        auto result = work();
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        record_.add_time(what, seconds);
        timings_.push_back({{"what", what}, {"seconds", seconds}});
        return result;
    }
    const Json& timings() const { return timings_; }

  private:
    core::RunRecord& record_;
    Json timings_ = Json::array();
};

Json page_data(const generate::ShowerGenerator& generator, const validate::Comparison& comparison,
               Json events, const Json& timings) {
    const auto& detector = generator.detector();
    const Json metrics = comparison.json();
    Json training = generator.document().value("training", Json::object());
    Json model = {{"name", generator.name()}};
    if (training.contains("state")) model.update(training["state"]);
    for (const char* key : {"showers", "device", "threads", "written"}) {
        if (training.contains(key)) model[key] = training[key];
    }
    return {{"title", "Caloforge: " + generator.name() + " beside Geant4"},
            {"detector",
             {{"name", detector.name()}, {"grid", detector.grid().json()}, {"mip_gev", detector.mip()}}},
            {"reference", metrics.at("reference")},
            {"candidate", metrics.at("candidate")},
            {"model", model},
            {"metrics", metrics.at("metrics")},
            {"profiles", comparison.page_profiles()},
            {"events", std::move(events)},
            {"timings", timings},
            {"notes",
             {"The Geant4 showers on this page were never used in training.",
              fmt::format("Cells below {} MIP are not drawn.", display_threshold_mip)}}};
}

void run(const Options& options) {
    core::RunRecord record("demo");
    record["seed"] = options.seed;
    Steps step(record);
    const std::filesystem::path folder = options.out;
    auto generator = step("load the model", [&] { return generate::ShowerGenerator(options.model); });
    const auto generated = folder / "generated.h5";
    step(fmt::format("generate {} showers, 10 to 500 GeV", options.count), [&] {
        const auto range = core::EnergySpec::parse("10:500");
        generator.check_energies(range.low(), range.high());
        data::WriteOptions write;
        write.provenance = {{"command", "demo"}, {"model", generator.name()}, {"seed", options.seed}};
        return generate::generate_to_file(generator, {range, options.count, options.seed, 0, 128}, generated,
                                          write);
    });
    const auto reference_file = core::find_shipped({"example", "example", ".h5"}, "geant4-electrons");
    const auto reference =
        step("open the Geant4 showers", [&] { return data::ShowerSet::open({reference_file}); });
    const auto candidate = data::ShowerSet::open({generated});
    const auto comparison = step("compare", [&] {
        validate::CompareOptions compare;
        compare.mip = generator.detector().mip();
        compare.reference_name = "Geant4";
        compare.candidate_name = generator.name();
        return validate::Comparison(reference, candidate, compare);
    });
    Json events = step("pick showers to look at", [&] {
        return pick_event_pairs(reference, candidate, event_pairs,
                                display_threshold_mip * generator.detector().mip());
    });
    core::write_text(folder / "metrics.json", comparison.json().dump(2) + "\n");
    core::write_text(folder / "report.html",
                     fill_page(page_data(generator, comparison, std::move(events), step.timings())));
    record["result"] = {{"page", (folder / "report.html").string()}};
    record.write(folder / "run.json");

    std::cout << comparison.table();
    for (const auto& timing : step.timings())
        std::cout << fmt::format("{:44} {:8.2f} s\n", timing["what"].get<std::string>(),
                                 timing["seconds"].get<double>());
    std::cout << "Open " << std::filesystem::absolute(folder / "report.html").string() << " in a browser."
              << std::endl;
}

}  // namespace

void add_demo(CLI::App& app) {
    auto* command =
        app.add_subcommand("demo",
                           "Generate showers with the shipped model and compare them with Geant4's: makes a "
                           "page to look at.\nExample: caloforge demo --out caloforge-demo");
    auto options = std::make_shared<Options>();
    command->add_option("--model", options->model, "Shipped model, or a weights or checkpoint file");
    command->add_option("--count", options->count, "Number of generated showers")
        ->check(whole_number(50, 1000000));
    command->add_option("--seed", options->seed, "Seed of the generated showers")
        ->check(whole_number(0, INT64_MAX));
    command->add_option("--out", options->out, "Folder of the page");
    command->callback([options] { run(*options); });
}

}  // namespace caloforge::app
