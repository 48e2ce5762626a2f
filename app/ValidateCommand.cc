#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <numbers>
#include <optional>

#include "CaloChallenge.hh"
#include "Classifiers.hh"
#include "Command.hh"
#include "ConditionOptions.hh"
#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/RunRecord.hh"
#include "data/ShowerSet.hh"
#include "geometry/Detector.hh"
#include "infer/Team.hh"
#include "study/EventPairs.hh"
#include "study/GenerateTogether.hh"
#include "study/ReportPage.hh"
#include "study/Steps.hh"
#include "validate/Gates.hh"
#include "validate/ShowerComparison.hh"
#include "validate/ShowerConditions.hh"
#include "validate/figure/Figures.hh"
#include "validate/shower/Verdict.hh"
#include "validate/statistics/UnitCheck.hh"

namespace caloforge::app {
namespace {

using core::Json;

constexpr std::size_t event_pairs = 16;
constexpr const char* candidate_file = "candidate.h5";
constexpr const char* beside_file = "beside.json";  ///< as metrics.json, of the set that is shown beside

struct Options {
    std::vector<std::string> reference;
    std::vector<std::string> candidate;
    std::string model;  ///< that makes the candidate, or ""
    std::string reference_name = "reference";
    std::string candidate_name = "candidate";
    double reference_scale = 0, reference_energy_scale = 0;
    double candidate_scale = 0, candidate_energy_scale = 0;
    std::vector<std::string> beside;
    std::string beside_name = "beside";
    std::vector<std::string> training;
    std::string detector;  ///< "": the model's, or clic-ecal
    std::vector<double> energy_edges, theta_edges;
    std::string energy, theta, particle;  ///< which showers; empty: all
    double cell_threshold = -1;
    ClassifierOptions classifiers;
    std::string gates;
    bool allow_undecided = false;
    std::string out;
    std::size_t threads = 0;
    bool json = false;
    CaloChallengeOptions calochallenge;  ///< what belongs to that alone, until it is asked for
    bool showers_given = false;          ///< whether --classifier-showers was
};

// Of the CaloChallenge's large data sets: what is read out above 0.5 keV, divided by the sampling fraction
// 0.033; in GeV.
constexpr double calochallenge_threshold = 15.15e-6;

/// `side`: "reference" or "candidate", as the options begin.
data::ShowerSet open_set(const std::string& side, const std::vector<std::string>& patterns, double scale,
                         double energy_scale, double threshold, const std::string& binning) {
    data::ReadOptions read;
    read.binning_file = binning;
    read.scale = scale;
    read.energy_scale = energy_scale;
    read.scale_name = fmt::format("`--{}-scale`", side);
    if (threshold >= 0) read.threshold = threshold;
    const auto set = data::ShowerSet::glob(patterns, read);
    if (threshold >= 0 || set.layout() != data::Layout::calochallenge) return set;
    read.threshold = calochallenge_threshold;
    return data::ShowerSet::glob(patterns, read);
}

// The showers that the options choose, of every set alike.
std::vector<data::ConditionCut> cuts_of(const Options& options) {
    std::vector<data::ConditionCut> out;
    if (!options.energy.empty()) {
        const auto range = range_of("--energy", options.energy, "GeV");
        out.push_back({.condition = "energy",
                       .low = range.low(),
                       .high = range.high(),
                       .text = "an energy of " + options.energy + " GeV"});
    }
    if (!options.theta.empty()) {
        const auto range = range_of("--theta", options.theta, "degrees");
        constexpr double degree = std::numbers::pi / 180;
        out.push_back({.condition = "direction",
                       .low = range.low() * degree,
                       .high = range.high() * degree,
                       .text = "a theta of " + options.theta + " degrees"});
    }
    if (!options.particle.empty()) {
        out.push_back({.condition = "particle",
                       .values = particle_codes(options.particle),
                       .text = "the particle " + options.particle});
    }
    return out;
}

Json configuration_of(const Options& options) {
    return {{"reference", options.reference},
            {"reference_name", options.reference_name},
            {"reference_scale", options.reference_scale},
            {"candidate", options.candidate},
            {"model", options.model},
            {"candidate_name", options.candidate_name},
            {"candidate_scale", options.candidate_scale},
            {"reference_energy_scale", options.reference_energy_scale},
            {"candidate_energy_scale", options.candidate_energy_scale},
            {"beside", options.beside},
            {"beside_name", options.beside_name},
            {"training", options.training},
            {"detector", options.detector},
            {"binning", options.calochallenge.binning},
            {"energy_edges", options.energy_edges},
            {"theta_edges", options.theta_edges},
            {"energy", options.energy},
            {"theta", options.theta},
            {"particle", options.particle},
            {"cell_threshold", options.cell_threshold >= 0 ? Json(options.cell_threshold) : Json()},
            {"classifiers", options.classifiers.which},
            {"classifier_showers", options.classifiers.showers},
            {"classifier_seed", options.classifiers.seed},
            {"reference_classifier", options.classifiers.reference},
            {"gates", options.gates},
            {"threads", options.threads}};
}

validate::ShowerCompareOptions compare_options(const Options& options, const geometry::Detector& detector,
                                               const std::string& candidate_name,
                                               const validate::Notices& notices) {
    validate::ShowerCompareOptions compare;
    compare.mip = detector.mip();
    compare.detector = &detector;
    compare.notices = notices;
    if (!options.theta_edges.empty()) compare.theta_edges = options.theta_edges;
    compare.threads = options.threads;
    compare.reference_name = options.reference_name;
    compare.candidate_name = candidate_name;
    if (!options.energy_edges.empty()) compare.binning.edges = options.energy_edges;
    return compare;
}

data::ShowerSet chosen(const data::ShowerSet& set, const std::vector<data::ConditionCut>& cuts) {
    return cuts.empty() ? set : set.select(cuts);
}

void write_report(const std::filesystem::path& folder, const study::ReportContent& content) {
    core::write_text(folder / "metrics.json", core::to_text(content.comparison->json(), 2) + "\n");
    core::info("wrote {}", (folder / "metrics.json").string());
    if (content.other) {
        core::write_text(folder / beside_file, core::to_text(content.other->json(), 2) + "\n");
        core::info("wrote {}", (folder / beside_file).string());
    }
    const auto figures = validate::write_figures(study::figure_content(content), folder / "figures");
    core::info("wrote {} figures to {}", figures.size(), (folder / "figures").string());
    if (study::write_page(folder, study::report_data(content)))
        core::info("wrote {}", (folder / "report.html").string());
}

// Which options mend a unit, the library cannot know.
validate::Comparison compare(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                             const validate::ShowerCompareOptions& options, const data::ShowerSet* training) {
    try {
        return validate::compare_showers(reference, candidate, options, training);
    } catch (const validate::UnitError& error) {
        throw core::InputError(
            fmt::format("{} The options are --reference-scale and --candidate-scale for the cells, "
                        "--reference-energy-scale and --candidate-energy-scale for the incident energies.",
                        error.what()));
    }
}

// What would go wrong after the work.
void check_out(const std::string& out, const std::vector<std::filesystem::path>& inputs) {
    if (out.empty()) return;
    std::error_code missing;
    const std::filesystem::path folder = out;
    if (std::filesystem::exists(folder, missing) && !std::filesystem::is_directory(folder, missing))
        throw core::InputError(
            fmt::format("--out {} is a file (the report needs a folder). Choose another name?", out));
    for (const char* name : {"metrics.json", beside_file, "run.json", "report.html"}) {
        core::check_writable(folder / name);
        check_is_no_input("--out", folder / name, inputs);
    }
}

std::vector<std::filesystem::path> files_of(const data::ShowerSet& set) {
    std::vector<std::filesystem::path> out;
    for (const auto& shard : set.shards()) out.push_back(shard.path);
    return out;
}

// A file that is in both sets, or "": a set has nothing to say about itself.
std::string shared_file(const data::ShowerSet& reference, const data::ShowerSet& candidate) {
    for (const auto& file : files_of(candidate)) {
        for (const auto& other : files_of(reference)) {
            std::error_code missing;
            if (std::filesystem::equivalent(file, other, missing)) return file.string();
        }
    }
    return "";
}

// Throws GateError when a gate failed or, unless that is allowed, is undecided.
void judge_gates(const std::vector<validate::GateResult>& gates, bool allow_undecided) {
    using validate::GateState;
    const auto count = [&](GateState state) {
        return std::count_if(gates.begin(), gates.end(),
                             [&](const validate::GateResult& gate) { return gate.state == state; });
    };
    const auto failed = count(GateState::failed), undecided = count(GateState::undecided);
    if (failed == 0 && (undecided == 0 || allow_undecided)) return;
    std::string what = fmt::format("{} of {} gates failed", failed, gates.size());
    if (undecided > 0) {
        what += fmt::format(", {} undecided", undecided);
        if (!allow_undecided)
            what += ". More showers would tell (the table says how many); --allow-undecided lets them pass";
    }
    throw core::GateError(what);
}

// Showers of the model, as many as the reference holds and made from what those were made from: a file in the
// report's folder, which stays.
std::filesystem::path make_candidate(const Options& options, const infer::Model& model,
                                     const data::ShowerSet& reference) {
    const auto path = std::filesystem::path(options.out) / candidate_file;
    check_out(options.out, files_of(reference));
    core::check_writable(path);
    check_is_no_input("--out", path, files_of(reference));
    infer::Team team(model, static_cast<int>(options.threads));
    study::generate_like(reference, {}, team, path, comm::alone());
    return path;
}

geometry::Detector detector_of(const Options& options, const std::optional<infer::Model>& model) {
    if (model && options.detector.empty()) return model->detector();
    return geometry::Detector::find(options.detector.empty() ? "clic-ecal" : options.detector);
}

// Who makes the candidate.
void check_candidate(const Options& options) {
    if (options.candidate.empty() && options.model.empty())
        throw core::UsageError("no candidate. Give --candidate FILES, or --model MODEL to have it made?");
    if (options.model.empty()) return;
    if (!options.candidate.empty())
        throw core::UsageError("--candidate and --model: one of them says what is compared. Leave one out?");
    if (!options.calochallenge.as.empty())
        throw core::UsageError("--model does not go with --as calochallenge. Give --candidate FILES?");
    if (options.out.empty())
        throw core::UsageError("--model needs a folder for the showers that it makes. Give --out?");
}

CaloChallengeOptions calochallenge_options(const Options& options) {
    CaloChallengeOptions out = options.calochallenge;
    out.reference = options.reference;
    out.candidate = options.candidate;
    out.reference_name = options.reference_name;
    out.candidate_name = options.candidate_name;
    out.reference_scale = options.reference_scale;
    out.reference_energy_scale = options.reference_energy_scale;
    out.candidate_scale = options.candidate_scale;
    out.candidate_energy_scale = options.candidate_energy_scale;
    out.classifiers = options.classifiers.which;
    out.classifier_showers = options.showers_given ? options.classifiers.showers : 0;
    out.seed = options.classifiers.seed;
    out.threads = options.threads;
    out.out = options.out;
    out.json = options.json;
    return out;
}

void run(const Options& asked) {
    check_candidate(asked);
    Options options = asked;
    if (!options.calochallenge.as.empty()) return run_calochallenge(calochallenge_options(options));
    const std::string& which = options.classifiers.which;
    if (which != "all" && which != "observables" && which != "none")
        throw core::UsageError(fmt::format("--classifiers {} belongs to --as calochallenge.", which));
    core::RunRecord record("validate");
    study::Steps step(record);
    std::optional<validate::Gates> gates;
    if (!options.gates.empty()) gates = validate::Gates::load(options.gates);
    std::optional<infer::Model> model;
    if (!options.model.empty()) model = infer::Model::find(options.model);
    const auto detector = detector_of(options, model);
    if (options.detector.empty()) options.detector = detector.name();
    const std::vector<data::ConditionCut> cuts = cuts_of(options);
    const auto all_reference =
        open_set("reference", options.reference, options.reference_scale, options.reference_energy_scale,
                 options.cell_threshold, options.calochallenge.binning);
    if (model) {
        if (options.candidate_name == Options().candidate_name) options.candidate_name = model->name();
        options.candidate = {step("make showers like the reference's", [&] {
                                 return make_candidate(options, *model, chosen(all_reference, cuts));
                             }).string()};
    }
    const auto all_candidate =
        open_set("candidate", options.candidate, options.candidate_scale, options.candidate_energy_scale,
                 options.cell_threshold, options.calochallenge.binning);
    record["configuration"] = configuration_of(options);
    std::optional<data::ShowerSet> training;
    if (!options.training.empty()) {
        training =
            open_set("reference", options.training, options.reference_scale, options.reference_energy_scale,
                     options.cell_threshold, options.calochallenge.binning);
    }
    std::optional<data::ShowerSet> beside;
    if (!options.beside.empty()) {
        beside =
            open_set("candidate", options.beside, options.candidate_scale, options.candidate_energy_scale,
                     options.cell_threshold, options.calochallenge.binning);
    }
    std::vector<std::filesystem::path> inputs = files_of(all_reference);
    if (beside) {
        for (const auto& file : files_of(*beside)) inputs.push_back(file);
    }
    if (training) {
        for (const auto& file : files_of(*training)) inputs.push_back(file);
    }
    for (const auto& file : files_of(all_candidate)) inputs.push_back(file);
    inputs.insert(inputs.end(), {options.gates, options.detector, options.calochallenge.binning});
    check_out(options.out, inputs);
    const std::string shared = shared_file(all_reference, all_candidate);
    if (!shared.empty()) {
        core::warning("{} is among the reference and the candidate: showers compared with themselves agree.",
                      shared);
    }
    // Here and not in the comparison alone: classifiers and the display see the same showers.
    validate::Notices notices, beside_notices;
    const validate::ShowerPair pair =
        validate::share_conditions({chosen(all_reference, cuts), chosen(all_candidate, cuts),
                                    options.reference_name, options.candidate_name},
                                   notices);
    const data::ShowerSet &reference = pair.reference, &candidate = pair.candidate;
    std::optional<validate::ShowerPair> beside_pair;
    if (beside) {
        beside_pair = validate::share_conditions(
            {chosen(all_reference, cuts), chosen(*beside, cuts), options.reference_name, options.beside_name},
            beside_notices);
    }
    core::info("comparing {} candidate showers with {} reference showers", candidate.size(),
               reference.size());
    validate::Comparison comparison = step("compare", [&] {
        return compare(reference, candidate,
                       compare_options(options, detector, options.candidate_name, notices),
                       training ? &*training : nullptr);
    });
    std::optional<validate::Comparison> other;
    if (beside) {
        other = step("compare the set beside", [&] {
            return compare(beside_pair->reference, beside_pair->candidate,
                           compare_options(options, detector, options.beside_name, beside_notices),
                           training ? &*training : nullptr);
        });
    }
    if (gates)
        gates->check(comparison.metrics(),
                     comparison.word().many);  // misspelt names: before the classifiers' hours

    study::ReportContent content;
    content.title = fmt::format("{}{} against {}", options.candidate_name,
                                other ? " and " + options.beside_name : "", options.reference_name);
    content.detector = &detector;
    content.readout = reference.readout();
    content.comparison = &comparison;
    if (options.classifiers.which != "none") {
        content.classifiers = step("train classifiers", [&] {
            return run_classifiers(options.classifiers, reference, candidate, options.threads, comparison);
        });
        if (other) {
            step("train classifiers on the set beside", [&] {
                return run_classifiers(options.classifiers, beside_pair->reference, beside_pair->candidate,
                                       options.threads, *other);
            });
        }
    }
    content.other = other ? &*other : nullptr;
    content.verdict =
        shared.empty()
            ? validate::give_verdict(comparison.metrics(), comparison.drawings(), options.candidate_name)
            : validate::withheld_verdict(options.candidate_name, "reference and candidate share " + shared);
    if (gates) content.gates = gates->check(comparison.metrics(), comparison.word().many);
    std::cerr << comparison.table() << content.verdict.text()
              << validate::gates_table(content.gates, comparison.binning());
    if (other) {
        std::cerr << other->table()
                  << validate::give_verdict(other->metrics(), other->drawings(), options.beside_name).text();
    }

    if (!options.out.empty()) {
        const std::filesystem::path folder = options.out;
        content.events = study::pick_event_pairs(reference, candidate, comparison, event_pairs,
                                                 study::display_threshold_mip * detector.mip());
        if (other) {
            study::add_to_event_pairs(content.events, beside_pair->candidate, *other,
                                      study::display_threshold_mip * detector.mip());
        }
        content.notes.push_back(study::display_note());
        content.provenance = configuration_of(options);
        content.timings = step.timings();
        write_report(folder, content);
        record.write(folder / "run.json");
    }
    if (options.json) print_json(comparison.json());
    judge_gates(content.gates, options.allow_undecided);
}

void add_set_options(CLI::App& command, Options& options) {
    command
        .add_option("--reference", options.reference,
                    "Shower files that count as the truth (patterns in quotes)")
        ->required();
    command.add_option("--candidate", options.candidate, "Shower files to be compared with it");
    command
        .add_option(
            "--model", options.model,
            "Instead: shipped model or weights file that makes them, as many as the reference holds and "
            "from the same energies (candidate.h5 in --out)")
        ->check(named());
    command.add_option("--training", options.training,
                       "Shower files that the candidate's model learned from: are any known by heart?");
    command.add_option("--reference-name", options.reference_name, "What the reference is called in tables");
    command.add_option("--candidate-name", options.candidate_name, "What the candidate is called in tables");
    command.add_option(
        "--beside", options.beside,
        "Shower files of another candidate, an older model's say, that is judged and shown beside the "
        "first; gates are not for it");
    command.add_option("--beside-name", options.beside_name, "What that one is called in tables");
    command
        .add_option("--reference-scale", options.reference_scale,
                    "Divide the reference's cells by this to get GeV (0: the layout's unit)")
        ->check(finite_number(0));
    command.add_option("--candidate-scale", options.candidate_scale, "The same for the candidate")
        ->check(finite_number(0));
    command
        .add_option("--reference-energy-scale", options.reference_energy_scale,
                    "Divide the reference's incident energies by this to get GeV (0: the layout's unit)")
        ->check(finite_number(0));
    command
        .add_option("--candidate-energy-scale", options.candidate_energy_scale, "The same for the candidate")
        ->check(finite_number(0));
}

}  // namespace

void add_validate(CLI::App& app) {
    auto* command = app.add_subcommand("validate",
                                       "Compare two sets of showers.\nExample: caloforge validate "
                                       "--reference 'ref/*.h5' --candidate fast.h5 --out report/");
    auto options = std::make_shared<Options>();
    add_set_options(*command, *options);
    command
        ->add_option("--detector", options->detector,
                     "Shipped detector or file: gives the energy of a MIP and, for inclined showers, the "
                     "layers' depths (default: that of --model, or clic-ecal)")
        ->check(named());
    command
        ->add_option("--energy-edges", options->energy_edges,
                     "Edges of the incident-energy bins, GeV: 10,50,500")
        ->delimiter(',')
        ->check(finite_number(0));
    command
        ->add_option("--theta-edges", options->theta_edges,
                     "Edges of the bins in theta, degrees: 0,10,20,30; of sets that state directions")
        ->delimiter(',')
        ->check(finite_number(0));
    command
        ->add_option("--energy", options->energy,
                     "Only showers of this range of incident energy, GeV: 10:100")
        ->check(named());
    command
        ->add_option("--theta", options->theta,
                     "Only showers at this range of angles to the normal, degrees: 0:10")
        ->check(named());
    command
        ->add_option("--particle", options->particle,
                     "Only showers of this particle, or of several: gamma, or e-,e+, or PDG codes")
        ->check(named());
    command
        ->add_option("--cell-threshold", options->cell_threshold,
                     "Cells below count as zero, GeV (1e-6; CaloChallenge files 15.15e-6)")
        ->check(finite_number(0));
    command
        ->add_option("--out", options->out,
                     "Folder for report.html, metrics.json, figures/*.pdf and run.json (with --beside: "
                     "beside.json)")
        ->check(named());
    command
        ->add_option("--require", options->gates,
                     "TOML file of gates; exit code 5 when one fails or is undecided (doc/validation.md)")
        ->check(named());
    command->add_flag("--allow-undecided", options->allow_undecided,
                      "Gates that these showers cannot decide do not count");
    command
        ->add_option(
            "--classifiers", options->classifiers.which,
            "Which classifiers to train: all, observables or none; with --as calochallenge also cells, "
            "cells_normed or resnet alone")
        ->check(CLI::IsMember({"all", "observables", "none", "cells", "cells_normed", "resnet"}));
    command
        ->add_option("--classifier-showers", options->classifiers.showers,
                     "At most so many showers of each set for the classifiers")
        ->transform(whole_number(50, 10000000));
    command
        ->add_option("--classifier-seed,--seed", options->classifiers.seed,
                     "Seed of the classifiers; with --as calochallenge of all that is drawn")
        ->transform(whole_number(0, INT64_MAX));
    command->add_flag("--reference-classifier", options->classifiers.reference,
                      "CaloChallenge's own classifier, 2048 wide: slower");
    command->add_option("--threads", options->threads, "Threads (0: all cores)")
        ->transform(whole_number(0, 4096));
    command->add_flag("--json", options->json, "metrics.json on stdout too");
    add_calochallenge_options(*command, options->calochallenge);
    command->callback([options, command] {
        options->showers_given = command->count("--classifier-showers") > 0;
        run(*options);
    });
}

}  // namespace caloforge::app
