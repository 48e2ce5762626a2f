#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "Classifiers.hh"
#include "Command.hh"
#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/RunRecord.hh"
#include "data/ShowerSet.hh"
#include "geometry/Detector.hh"
#include "study/EventPairs.hh"
#include "study/ReportPage.hh"
#include "study/Steps.hh"
#include "validate/Gates.hh"
#include "validate/ShowerComparison.hh"
#include "validate/figure/Figures.hh"
#include "validate/shower/Verdict.hh"
#include "validate/statistics/UnitCheck.hh"

namespace caloforge::app {
namespace {

using core::Json;

constexpr std::size_t event_pairs = 16;

struct Options {
    std::vector<std::string> reference;
    std::vector<std::string> candidate;
    std::string reference_name = "reference";
    std::string candidate_name = "candidate";
    double reference_scale = 0;
    double candidate_scale = 0;
    std::string detector = "clic-ecal";
    std::vector<double> energy_edges;
    double cell_threshold = -1;
    ClassifierOptions classifiers;
    std::string gates;
    std::string out;
    std::size_t threads = 0;
    bool json = false;
};

// Of the CaloChallenge's large data sets: what is read out above 0.5 keV, divided by the sampling fraction
// 0.033; in GeV.
constexpr double calochallenge_threshold = 15.15e-6;

data::ShowerSet open_set(const std::vector<std::string>& patterns, double scale, double threshold) {
    data::ReadOptions read;
    read.scale = scale;
    if (threshold >= 0) read.threshold = threshold;
    const auto set = data::ShowerSet::glob(patterns, read);
    if (threshold >= 0 || set.layout() != data::Layout::calochallenge) return set;
    read.threshold = calochallenge_threshold;
    return data::ShowerSet::glob(patterns, read);
}

Json configuration_of(const Options& options) {
    return {{"reference", options.reference},
            {"reference_name", options.reference_name},
            {"reference_scale", options.reference_scale},
            {"candidate", options.candidate},
            {"candidate_name", options.candidate_name},
            {"candidate_scale", options.candidate_scale},
            {"detector", options.detector},
            {"energy_edges", options.energy_edges},
            {"cell_threshold", options.cell_threshold >= 0 ? Json(options.cell_threshold) : Json()},
            {"classifiers", options.classifiers.which},
            {"classifier_showers", options.classifiers.showers},
            {"classifier_seed", options.classifiers.seed},
            {"reference_classifier", options.classifiers.reference},
            {"gates", options.gates},
            {"threads", options.threads}};
}

validate::ShowerCompareOptions compare_options(const Options& options, const geometry::Detector& detector) {
    validate::ShowerCompareOptions compare;
    compare.mip = detector.mip();
    compare.threads = options.threads;
    compare.reference_name = options.reference_name;
    compare.candidate_name = options.candidate_name;
    if (!options.energy_edges.empty()) compare.binning.edges = options.energy_edges;
    return compare;
}

void write_report(const std::filesystem::path& folder, const study::ReportContent& content) {
    core::write_text(folder / "metrics.json", content.comparison->json().dump(2) + "\n");
    core::info("wrote {}", (folder / "metrics.json").string());
    const auto figures = validate::write_figures(study::figure_content(content), folder / "figures");
    core::info("wrote {} figures to {}", figures.size(), (folder / "figures").string());
    if (study::write_page(folder, study::report_data(content)))
        core::info("wrote {}", (folder / "report.html").string());
}

// Which options mend a unit, the library cannot know.
validate::Comparison compare(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                             const validate::ShowerCompareOptions& options) {
    try {
        return validate::compare_showers(reference, candidate, options);
    } catch (const validate::UnitError& error) {
        throw core::InputError(
            fmt::format("{} The options are --reference-scale and --candidate-scale.", error.what()));
    }
}

// Noticed now rather than after the work.
void check_out(const std::string& out) {
    if (!out.empty() && std::filesystem::exists(out) && !std::filesystem::is_directory(out))
        throw core::InputError(
            fmt::format("--out {} is a file (the report needs a folder). Choose another name?", out));
}

void run(const Options& options) {
    check_out(options.out);
    core::RunRecord record("validate");
    record["configuration"] = configuration_of(options);
    study::Steps step(record);
    std::optional<validate::Gates> gates;
    if (!options.gates.empty()) gates = validate::Gates::load(options.gates);
    const auto detector = geometry::Detector::find(options.detector);
    const auto reference = open_set(options.reference, options.reference_scale, options.cell_threshold);
    const auto candidate = open_set(options.candidate, options.candidate_scale, options.cell_threshold);
    core::info("comparing {} candidate showers with {} reference showers", candidate.size(),
               reference.size());
    validate::Comparison comparison =
        step("compare", [&] { return compare(reference, candidate, compare_options(options, detector)); });

    study::ReportContent content;
    content.title = fmt::format("{} against {}", options.candidate_name, options.reference_name);
    content.detector = &detector;
    content.readout = reference.readout();
    content.comparison = &comparison;
    if (options.classifiers.which != "none") {
        content.classifiers = step("train classifiers", [&] {
            return run_classifiers(options.classifiers, reference, candidate, options.threads, comparison);
        });
    }
    content.verdict =
        validate::give_verdict(comparison.metrics(), comparison.drawings(), options.candidate_name);
    if (gates) content.gates = gates->check(comparison.metrics());
    std::cerr << comparison.table() << content.verdict.text()
              << validate::gates_table(content.gates, comparison.binning());

    if (!options.out.empty()) {
        const std::filesystem::path folder = options.out;
        content.events = study::pick_event_pairs(reference, candidate, comparison, event_pairs,
                                                 study::display_threshold_mip * detector.mip());
        content.notes.push_back(study::display_note());
        content.provenance = configuration_of(options);
        content.timings = step.timings();
        write_report(folder, content);
        record.write(folder / "run.json");
    }
    if (options.json) print_json(comparison.json());
    const auto failed = std::count_if(content.gates.begin(), content.gates.end(),
                                      [](const validate::GateResult& gate) { return !gate.passed; });
    if (failed > 0)
        throw core::GateError(fmt::format("{} of {} gates not passed", failed, content.gates.size()));
}

void add_set_options(CLI::App& command, Options& options) {
    command
        .add_option("--reference", options.reference,
                    "Shower files that count as the truth (patterns in quotes)")
        ->required();
    command.add_option("--candidate", options.candidate, "Shower files to be compared with it")->required();
    command.add_option("--reference-name", options.reference_name, "What the reference is called in tables");
    command.add_option("--candidate-name", options.candidate_name, "What the candidate is called in tables");
    command
        .add_option("--reference-scale", options.reference_scale,
                    "Divide the reference file's values by this to get GeV (0: the layout's unit)")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--candidate-scale", options.candidate_scale, "The same for the candidate")
        ->check(CLI::NonNegativeNumber);
}

}  // namespace

void add_validate(CLI::App& app) {
    auto* command = app.add_subcommand("validate",
                                       "Compare two sets of showers.\nExample: caloforge validate "
                                       "--reference 'ref/*.h5' --candidate fast.h5 --out report/");
    auto options = std::make_shared<Options>();
    add_set_options(*command, *options);
    command->add_option("--detector", options->detector,
                        "Shipped detector or file: gives the energy of a MIP");
    command
        ->add_option("--energy-edges", options->energy_edges,
                     "Edges of the incident-energy bins, GeV: 10,50,500")
        ->delimiter(',');
    command
        ->add_option("--cell-threshold", options->cell_threshold,
                     "Cells below count as zero, GeV (1e-6; CaloChallenge files 15.15e-6)")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--out", options->out,
                        "Folder for report.html, metrics.json, figures/*.pdf and run.json");
    command->add_option("--require", options->gates,
                        "TOML file of gates; exit code 5 when one is not passed (doc/validation.md)");
    command
        ->add_option("--classifiers", options->classifiers.which,
                     "Which classifiers to train: all, observables or none")
        ->check(CLI::IsMember({"all", "observables", "none"}));
    command
        ->add_option("--classifier-showers", options->classifiers.showers,
                     "At most so many showers of each set for the classifiers")
        ->check(whole_number(50, 10000000));
    command->add_option("--classifier-seed", options->classifiers.seed, "Seed of the classifiers")
        ->check(whole_number(0, INT64_MAX));
    command->add_flag("--reference-classifier", options->classifiers.reference,
                      "CaloChallenge's own classifier, 2048 wide: slower");
    command->add_option("--threads", options->threads, "Threads (0: all cores)")
        ->check(whole_number(0, 4096));
    command->add_flag("--json", options->json, "metrics.json on stdout too");
    command->callback([options] { run(*options); });
}

}  // namespace caloforge::app
