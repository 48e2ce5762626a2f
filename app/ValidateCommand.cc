#include <iostream>

#include "Command.hh"
#include "core/AtomicFile.hh"
#include "core/Log.hh"
#include "core/RunRecord.hh"
#include "data/ShowerSet.hh"
#include "geometry/Detector.hh"
#include "validate/Comparison.hh"

namespace caloforge::app {
namespace {

struct Options {
    std::vector<std::string> reference;
    std::vector<std::string> candidate;
    std::string reference_name = "reference";
    std::string candidate_name = "candidate";
    double reference_scale = 0;
    double candidate_scale = 0;
    std::string detector = "clic-ecal";
    std::vector<double> energy_edges;
    std::string out;
    std::size_t threads = 0;
    bool json = false;
};

data::ShowerSet open_set(const std::vector<std::string>& patterns, double scale) {
    data::ReadOptions read;
    read.scale = scale;
    return data::ShowerSet::glob(patterns, read);
}

void run(const Options& options) {
    core::RunRecord record("validate");
    record["configuration"] = {
        {"reference", options.reference}, {"candidate", options.candidate}, {"detector", options.detector}};
    validate::CompareOptions compare;
    compare.mip = geometry::Detector::find(options.detector).mip();
    compare.threads = options.threads;
    compare.reference_name = options.reference_name;
    compare.candidate_name = options.candidate_name;
    if (!options.energy_edges.empty()) compare.energy_edges = options.energy_edges;
    const auto reference = open_set(options.reference, options.reference_scale);
    const auto candidate = open_set(options.candidate, options.candidate_scale);
    core::info("comparing {} candidate showers with {} reference showers", candidate.size(),
               reference.size());
    const validate::Comparison comparison(reference, candidate, compare);
    std::cerr << comparison.table();
    if (!options.out.empty()) {
        const std::filesystem::path folder = options.out;
        core::write_text(folder / "metrics.json", comparison.json().dump(2) + "\n");
        record.write(folder / "run.json");
        core::info("wrote {}", (folder / "metrics.json").string());
    }
    if (options.json) print_json(comparison.json());
}

}  // namespace

void add_validate(CLI::App& app) {
    auto* command = app.add_subcommand("validate",
                                       "Compare two sets of showers.\nExample: caloforge validate "
                                       "--reference 'ref/*.h5' --candidate fast.h5 --out report/");
    auto options = std::make_shared<Options>();
    command
        ->add_option("--reference", options->reference,
                     "Shower files that count as the truth (patterns in quotes)")
        ->required();
    command->add_option("--candidate", options->candidate, "Shower files to be judged")->required();
    command->add_option("--reference-name", options->reference_name,
                        "What the reference is called in tables");
    command->add_option("--candidate-name", options->candidate_name,
                        "What the candidate is called in tables");
    command
        ->add_option("--reference-scale", options->reference_scale,
                     "Divide the reference file's values by this to get GeV (0: the layout's unit)")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--candidate-scale", options->candidate_scale, "The same for the candidate")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--detector", options->detector,
                        "Shipped detector or file: gives the energy of a MIP");
    command
        ->add_option("--energy-edges", options->energy_edges,
                     "Edges of the incident-energy bins, GeV: 10,50,500")
        ->delimiter(',');
    command->add_option("--out", options->out, "Folder for metrics.json and run.json");
    command->add_option("--threads", options->threads, "Threads (0: all cores)")
        ->check(whole_number(0, 4096));
    command->add_flag("--json", options->json, "metrics.json on stdout too");
    command->callback([options] { run(*options); });
}

}  // namespace caloforge::app
