#include "CaloChallenge.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>

#include "Command.hh"
#include "TorchPart.hh"
#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Progress.hh"
#include "core/RunRecord.hh"
#include "core/StopSignal.hh"
#include "validate/calochallenge/Evaluation.hh"
#include "validate/figure/Figures.hh"

namespace caloforge::app {
namespace {

namespace calochallenge = validate::calochallenge;
using core::Json;

Json configuration_of(const CaloChallengeOptions& options) {
    return {{"as", "calochallenge"},
            {"reference", options.reference},
            {"reference_name", options.reference_name},
            {"reference_scale", options.reference_scale},
            {"reference_energy_scale", options.reference_energy_scale},
            {"candidate", options.candidate},
            {"candidate_name", options.candidate_name},
            {"candidate_scale", options.candidate_scale},
            {"candidate_energy_scale", options.candidate_energy_scale},
            {"binning", options.binning},
            {"classifiers", options.classifiers},
            {"classifier_showers", options.classifier_showers},
            {"classifier_epochs", options.epochs},
            {"seed", options.seed},
            {"threads", options.threads}};
}

// `side`: "reference" or "candidate", as the options begin.
calochallenge::ReadAs read_as(const std::string& side, const std::string& name, double scale,
                              double energy_scale, const std::string& binning) {
    return {name,
            scale,
            energy_scale,
            fmt::format("`--{}-scale`", side),
            fmt::format("`--{}-energy-scale`", side),
            binning};
}

std::vector<std::string> asked(const std::string& which) {
    if (which == "none") return {};
    if (which == "all")
        return {std::begin(calochallenge::classifier_names), std::end(calochallenge::classifier_names)};
    return {which};
}

// Progress of one classifier after the other.
calochallenge::OnClassifier show_progress() {
    auto progress = std::make_shared<std::unique_ptr<core::Progress>>();
    auto shown = std::make_shared<std::string>();
    return [progress, shown](const std::string& name, std::size_t epoch, std::size_t epochs, double loss) {
        if (core::stop_requested()) throw core::RunError("stopped by a signal; no figures were written.");
        if (*shown != name) {
            progress->reset();
            *progress = std::make_unique<core::Progress>("classifier on " + name, epochs, "epochs");
            *shown = name;
        }
        (*progress)->update(epoch, fmt::format("loss {:.3f}", loss));
    };
}

calochallenge::EvaluationOptions evaluation_options(const CaloChallengeOptions& options) {
    calochallenge::EvaluationOptions out;
    out.seed = options.seed;
    out.classifiers = asked(options.classifiers);
    out.config.threads = options.threads;
    out.config.max_samples = options.classifier_showers > 0 ? options.classifier_showers : SIZE_MAX;
    const std::size_t published = out.config.max_epochs;
    if (options.epochs > 0) out.config.max_epochs = options.epochs;
    if (out.config.max_epochs != published) {
        core::warning("{} epochs are not the CaloChallenge's {}: AUC and JSD cannot be compared with its.",
                      options.epochs, published);
    }
    out.on_epoch = show_progress();
    if (out.classifiers.empty()) return out;
    if (const std::string missing = torch_missing(); missing.empty()) {
        const TorchPart& part = torch_part("the networks among the classifiers");
        out.network = &part.network_judge();
        out.residual = &part.residual_judge();
    } else {
        out.missing = "no libtorch to train this classifier with; " + missing;
        core::warning("no classifier is trained: that needs libtorch; {}", missing);
    }
    return out;
}

// Shares of the showers (or voxels) within the edges, with their Poisson errors.
validate::Series shares(const calochallenge::Counts& counts) {
    validate::Series out;
    const double total = std::max(1.0, static_cast<double>(counts.total()));
    for (const std::uint64_t count : counts.counts()) {
        out.y.push_back(static_cast<double>(count) / total);
        out.error.push_back(std::sqrt(static_cast<double>(count)) / total);
    }
    return out;
}

// A file for each kind of histogram, a page for each layer.
std::size_t write_figures(const calochallenge::Evaluation& evaluation, const std::filesystem::path& folder) {
    validate::FigureContent content;
    content.reference_name = evaluation.reference.name;
    content.candidate_name = evaluation.candidate.name;
    content.binning = {.field = "energy", .label = "incident energy", .symbol = "E_inc", .unit = "GeV"};
    content.samples = "showers";
    content.counts = {{evaluation.energy, evaluation.reference_showers, evaluation.candidate_showers}};
    for (const calochallenge::Histogram& histogram : evaluation.histograms) {
        if (!histogram.reference || !histogram.candidate) continue;
        validate::Drawing drawing;
        drawing.name = histogram.group;
        drawing.title = drawing.x_label = histogram.title;
        drawing.y_label = "share per bin";
        drawing.log_y = histogram.logarithmic;
        drawing.range = evaluation.energy;
        drawing.edges = histogram.reference->edges();
        drawing.reference = shares(*histogram.reference);
        drawing.candidate = shares(*histogram.candidate);
        content.drawings.push_back(std::move(drawing));
    }
    return validate::write_figures(content, folder).size();
}

void check_out(const CaloChallengeOptions& options, const data::ShowerSet& reference,
               const data::ShowerSet& candidate) {
    const std::filesystem::path folder = options.out;
    std::error_code missing;
    if (std::filesystem::exists(folder, missing) && !std::filesystem::is_directory(folder, missing)) {
        throw core::InputError(
            fmt::format("--out {} is a file (the figures need a folder). Choose another name?", options.out));
    }
    std::vector<std::filesystem::path> inputs = {options.binning};
    for (const data::ShowerSet* set : {&reference, &candidate}) {
        for (const auto& shard : set->shards()) inputs.push_back(shard.path);
    }
    for (const char* name : {"metrics.json", "run.json"}) {
        core::check_writable(folder / name);
        check_is_no_input("--out", folder / name, inputs);
    }
}

}  // namespace

void add_calochallenge_options(CLI::App& command, CaloChallengeOptions& options) {
    auto* as =
        command
            .add_option("--as", options.as,
                        "calochallenge: that challenge's own evaluation of files of its data sets 1, 2 and 3 "
                        "(doc/validation.md)")
            ->check(CLI::IsMember({"calochallenge"}));
    command
        .add_option(
            "--binning", options.binning,
            "The CaloChallenge's binning XML, for files whose layers are binned differently (data set 1)")
        ->check(named());
    command
        .add_option("--classifier-epochs", options.epochs,
                    "Epochs of its classifiers (50); fewer give other figures")
        ->transform(whole_number(1, 100000))
        ->needs(as);
    for (const char* name : {"--training", "--beside", "--beside-name", "--detector", "--energy-edges",
                             "--theta-edges", "--energy", "--theta", "--particle", "--cell-threshold",
                             "--require", "--allow-undecided", "--reference-classifier"})
        command.get_option(name)->excludes(as);
}

void run_calochallenge(const CaloChallengeOptions& options) {
    core::RunRecord record("validate");
    record["configuration"] = configuration_of(options);
    const auto as_reference = read_as("reference", options.reference_name, options.reference_scale,
                                      options.reference_energy_scale, options.binning);
    const auto as_candidate = read_as("candidate", options.candidate_name, options.candidate_scale,
                                      options.candidate_energy_scale, options.binning);
    const auto reference = calochallenge::open_in_mev(options.reference, as_reference);
    const auto candidate = calochallenge::open_in_mev(options.candidate, as_candidate);
    if (!options.out.empty()) check_out(options, reference, candidate);
    const auto evaluation = calochallenge::evaluate(reference, candidate, as_reference, as_candidate,
                                                    evaluation_options(options));
    std::cerr << evaluation.table();
    if (!options.out.empty()) {
        const std::filesystem::path folder = options.out;
        core::write_text(folder / "metrics.json", core::to_text(evaluation.json(), 2) + "\n");
        core::info("wrote {}", (folder / "metrics.json").string());
        core::info("wrote {} figures to {}", write_figures(evaluation, folder / "figures"),
                   (folder / "figures").string());
        record.write(folder / "run.json");
    }
    if (options.json) print_json(evaluation.json());
}

}  // namespace caloforge::app
