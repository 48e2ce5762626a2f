#include "Classifiers.hh"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "TorchPart.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Progress.hh"
#include "core/StopSignal.hh"
#include "validate/classifier/ObservableFeatures.hh"
#include "validate/classifier/trees/TreeJudge.hh"
#include "validate/shower/CellFeatures.hh"
#include "validate/statistics/GeneralMetrics.hh"

namespace caloforge::app {
namespace {

using validate::ClassifierConfig;
using validate::ClassifierResult;
using validate::FeatureMatrix;

// A kind of classifier and what it sees.
struct Asked {
    const validate::Judge* judge;
    FeatureMatrix reference, candidate;
};
using Judges = std::vector<Asked>;

ClassifierResult train(const std::string& what, const FeatureMatrix& reference,
                       const FeatureMatrix& candidate, const ClassifierConfig& config,
                       const validate::Judge& judge) {
    std::unique_ptr<core::Progress> progress;
    return validate::classify(reference, candidate, config, judge,
                              [&](const validate::ClassifierProgress& now) {
                                  if (core::stop_requested())
                                      throw core::RunError("stopped by a signal; no report was written.");
                                  const std::uint64_t all = now.trainings * now.max_epochs;
                                  if (!progress)
                                      progress = std::make_unique<core::Progress>(what, all, "epochs");
                                  // Most trainings stop early, so the time left is at most what is shown.
                                  progress->update((now.training - 1) * now.max_epochs + now.epoch,
                                                   fmt::format("training {} of {}, loss {:.3f}", now.training,
                                                               now.trainings, now.validation_loss));
                              });
}

// The even or the odd rows.
FeatureMatrix half(const FeatureMatrix& all, std::size_t parity) {
    FeatureMatrix out;
    out.columns = all.columns;
    out.picture = all.picture;
    out.as_is = all.as_is;
    for (std::size_t row = parity; row < all.rows(); row += 2) {
        const auto values = all.row(row);
        out.values.insert(out.values.end(), values.begin(), values.end());
    }
    return out;
}

// The result of the judge that tells the sets apart best, with what each found.
ClassifierResult best_of(const std::string& name, const ClassifierConfig& config, const Judges& judges) {
    ClassifierResult best;
    std::vector<validate::JudgeFigure> figures;
    for (const auto& [judge, reference, candidate] : judges) {
        ClassifierResult result =
            train(fmt::format("{}, {}", name, judge->name()), reference, candidate, config, *judge);
        if (result.auc) {
            figures.push_back({judge->name(), *result.auc, *result.uncertainty});
            core::info(
                "{}: {}: {:.3f} ± {:.3f}, {} showers of each set, {} trainings of {:.1f} epochs, the "
                "longest {:.1f} s",
                name, judge->name(), *result.auc, *result.uncertainty, result.samples, result.trainings,
                result.epochs, result.longest_seconds);
        }
        if (best.judge.empty() || result.auc.value_or(0) > best.auc.value_or(0)) best = std::move(result);
    }
    best.judges = std::move(figures);
    return best;
}

// `what` they see: "observables", "cells".
study::TrainedClassifier run_one(const std::string& what, const ClassifierConfig& config,
                                 const Judges& judges, validate::Comparison& comparison) {
    study::TrainedClassifier out{validate::Metric(validate::classifier_auc(what), comparison.range().label()),
                                 {}};
    validate::Metric& area = out.area;
    ClassifierResult& result = out.result;
    result = best_of(area.name, config, judges);
    area.value = result.auc;
    area.uncertainty = result.uncertainty;
    area.reason = result.reason;
    area.n_reference = area.n_candidate = result.samples;
    if (result.auc) {
        ClassifierConfig once = config;
        once.seeds = 1;
        once.curve.clear();
        // The best of as many judges, too: a choice among them raises the floor as it raises the figure.
        Judges halves;
        for (const Asked& asked : judges)
            halves.push_back({asked.judge, half(asked.reference, 0), half(asked.reference, 1)});
        const ClassifierResult floor = best_of(area.name + ", floor", once, halves);
        area.floor = floor.auc;
        if (!floor.auc) area.reason = "no floor: between the halves of the reference, " + floor.reason;
    }
    comparison.set(area);
    validate::Metric divergence(validate::classifier_jsd(what), area.range);
    divergence.value = result.jsd;
    divergence.reason = area.reason;
    divergence.n_reference = divergence.n_candidate = result.samples;
    comparison.set(divergence);
    return out;
}

void tell_missing(const std::string& missing, validate::Comparison& comparison) {
    core::warning("no classifier on cells is trained, and on observables no network: that needs libtorch; {}",
                  missing);
    validate::Metric metric = *comparison.find("auc_cells");
    metric.reason = "no libtorch to train this classifier with; " + missing;
    comparison.set(metric);
}

}  // namespace

std::vector<study::TrainedClassifier> run_classifiers(const ClassifierOptions& options,
                                                      const data::ShowerSet& reference,
                                                      const data::ShowerSet& candidate, std::size_t threads,
                                                      validate::Comparison& comparison) {
    const validate::TreeJudge trees;
    const std::string missing = torch_missing();
    // CaloChallenge's own is one network and nothing else.
    const validate::Judge* network = (missing.empty() && !options.trees_only) || options.reference
                                         ? &torch_part("the network among the classifiers").network_judge()
                                         : nullptr;
    ClassifierConfig config = options.reference ? validate::reference_classifier() : ClassifierConfig{};
    config.seed = options.seed;
    config.max_samples = options.showers;
    config.threads = threads;
    config.word = comparison.word().many;
    const validate::Range& range = comparison.range();
    const auto observables = [&](auto* features) {
        const auto of = [&](const validate::ObservableTable& table) {
            return features(table, comparison.binning(), range, options.showers, options.seed);
        };
        return std::pair(of(comparison.reference_table()), of(comparison.candidate_table()));
    };
    Judges judges;
    if (!options.reference) {
        auto [first, second] = observables(validate::own_features);
        judges.push_back({&trees, std::move(first), std::move(second)});
    }
    if (network) {
        auto [first, second] = observables(validate::observable_features);
        judges.push_back({network, std::move(first), std::move(second)});
    }
    std::vector<study::TrainedClassifier> out;
    out.push_back(run_one("observables", config, judges, comparison));
    if (!network && !options.trees_only) tell_missing(missing, comparison);
    if (options.which == "observables" || !network) return out;
    validate::CellFeatureOptions cells;
    if (options.reference) cells.scaling = validate::CellScaling::calochallenge;
    cells.max_showers = options.showers;
    cells.seed = options.seed;
    judges.clear();
    judges.push_back({network, validate::cell_features(reference, range, cells),
                      validate::cell_features(candidate, range, cells)});
    out.push_back(run_one("cells", config, judges, comparison));
    return out;
}

}  // namespace caloforge::app
