#include "ValidateOptions.hh"

#include "core/Error.hh"

namespace caloforge::app {
namespace {

void add_set_options(CLI::App& command, ValidateOptions& options) {
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

void add_validate_options(CLI::App& command, ValidateOptions& options) {
    add_set_options(command, options);
    command
        .add_option("--detector", options.detector,
                    "Shipped detector or file: gives the energy of a MIP and, for inclined showers, the "
                    "layers' depths (default: that of --model, or clic-ecal)")
        ->check(named());
    command
        .add_option("--energy-edges", options.energy_edges,
                    "Edges of the incident-energy bins, GeV: 10,50,500")
        ->delimiter(',')
        ->check(finite_number(0));
    command
        .add_option("--theta-edges", options.theta_edges,
                    "Edges of the bins in theta, degrees: 0,10,20,30; of sets that state directions")
        ->delimiter(',')
        ->check(finite_number(0));
    command
        .add_option("--energy", options.energy, "Only showers of this range of incident energy, GeV: 10:100")
        ->check(named());
    command
        .add_option("--theta", options.theta,
                    "Only showers at this range of angles to the normal, degrees: 0:10")
        ->check(named());
    command
        .add_option("--particle", options.particle,
                    "Only showers of this particle, or of several: gamma, or e-,e+, or PDG codes")
        ->check(named());
    command
        .add_option("--cell-threshold", options.cell_threshold,
                    "Cells below count as zero, GeV (1e-6; CaloChallenge files 15.15e-6)")
        ->check(finite_number(0));
    command
        .add_option("--out", options.out,
                    "Folder for report.html, metrics.json, figures/*.pdf and run.json (with --beside: "
                    "beside.json)")
        ->check(named());
    command
        .add_option("--require", options.gates,
                    "TOML file of gates; exit code 5 when one fails or is undecided (doc/validation.md)")
        ->check(named());
    command.add_flag("--allow-undecided", options.allow_undecided,
                     "Gates that these showers cannot decide do not count");
    command
        .add_option(
            "--classifiers", options.classifiers.which,
            "Which classifiers to train: all, observables or none; with --as calochallenge also cells, "
            "cells_normed or resnet alone")
        ->check(CLI::IsMember({"all", "observables", "none", "cells", "cells_normed", "resnet"}));
    command
        .add_option("--classifier-showers", options.classifiers.showers,
                    "At most so many showers of each set for the classifiers")
        ->transform(whole_number(50, 10000000));
    command
        .add_option("--classifier-seed,--seed", options.classifiers.seed,
                    "Seed of the classifiers; with --as calochallenge of all that is drawn")
        ->transform(whole_number(0, INT64_MAX));
    command.add_flag("--reference-classifier", options.classifiers.reference,
                     "CaloChallenge's own classifier, 2048 wide: slower");
    command.add_option("--threads", options.threads, "Threads (0: all cores)")
        ->transform(whole_number(0, 4096));
    command.add_flag("--json", options.json, "metrics.json on stdout too");
    add_calochallenge_options(command, options.calochallenge);
}

void check_candidate(const ValidateOptions& options) {
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

core::Json configuration_of(const ValidateOptions& options) {
    return {
        {"reference", options.reference},
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
        {"cell_threshold", options.cell_threshold >= 0 ? core::Json(options.cell_threshold) : core::Json()},
        {"classifiers", options.classifiers.which},
        {"classifier_showers", options.classifiers.showers},
        {"classifier_seed", options.classifiers.seed},
        {"reference_classifier", options.classifiers.reference},
        {"gates", options.gates},
        {"threads", options.threads}};
}

}  // namespace caloforge::app
