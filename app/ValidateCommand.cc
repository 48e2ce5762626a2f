#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "Command.hh"
#include "ValidateOptions.hh"
#include "ValidateSets.hh"
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

validate::ShowerCompareOptions compare_options(const ValidateOptions& options,
                                               const geometry::Detector& detector,
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
std::filesystem::path make_candidate(const ValidateOptions& options, const infer::Model& model,
                                     const data::ShowerSet& reference) {
    const auto path = std::filesystem::path(options.out) / candidate_file;
    check_out(options.out, files_of(reference));
    core::check_writable(path);
    check_is_no_input("--out", path, files_of(reference));
    infer::Team team(model, static_cast<int>(options.threads));
    study::generate_like(reference, {}, team, path, comm::alone());
    return path;
}

geometry::Detector detector_of(const ValidateOptions& options, const std::optional<infer::Model>& model) {
    if (model && options.detector.empty()) return model->detector();
    return geometry::Detector::find(options.detector.empty() ? "clic-ecal" : options.detector);
}

CaloChallengeOptions calochallenge_options(const ValidateOptions& options) {
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

void run(const ValidateOptions& asked) {
    check_candidate(asked);
    ValidateOptions options = asked;
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
    const auto all_reference = open_set(options, Side::reference, options.reference);
    if (model) {
        if (options.candidate_name == ValidateOptions().candidate_name)
            options.candidate_name = model->name();
        options.candidate = {step("make showers like the reference's", [&] {
                                 return make_candidate(options, *model, chosen(all_reference, cuts));
                             }).string()};
    }
    const auto all_candidate = open_set(options, Side::candidate, options.candidate);
    record["configuration"] = configuration_of(options);
    std::optional<data::ShowerSet> training;
    if (!options.training.empty()) training = open_set(options, Side::reference, options.training);
    std::optional<data::ShowerSet> beside;
    if (!options.beside.empty()) beside = open_set(options, Side::candidate, options.beside);
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

}  // namespace

void add_validate(CLI::App& app) {
    auto* command = app.add_subcommand("validate",
                                       "Compare two sets of showers.\nExample: caloforge validate "
                                       "--reference 'ref/*.h5' --candidate fast.h5 --out report/");
    auto options = std::make_shared<ValidateOptions>();
    add_validate_options(*command, *options);
    command->callback([options, command] {
        options->showers_given = command->count("--classifier-showers") > 0;
        run(*options);
    });
}

}  // namespace caloforge::app
