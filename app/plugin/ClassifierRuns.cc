#include "plugin/ClassifierRuns.hh"

#include <fmt/format.h>

#include "core/Log.hh"
#include "core/Progress.hh"
#include "validate/classifier/ObservableFeatures.hh"
#include "validate/shower/CellFeatures.hh"
#include "validate/statistics/GeneralMetrics.hh"

namespace caloforge::app {
namespace {

using validate::ClassifierConfig;
using validate::ClassifierResult;
using validate::FeatureMatrix;

ClassifierResult train(const std::string& what, const FeatureMatrix& reference,
                       const FeatureMatrix& candidate, const ClassifierConfig& config) {
    std::unique_ptr<core::Progress> progress;
    return validate::classify(reference, candidate, config, [&](const validate::ClassifierProgress& now) {
        const std::uint64_t all = now.trainings * now.max_epochs;
        if (!progress) progress = std::make_unique<core::Progress>(what, all, "epochs");
        // Most trainings stop early, so the time left is at most what is shown.
        progress->update(
            (now.training - 1) * now.max_epochs + now.epoch,
            fmt::format("training {} of {}, loss {:.3f}", now.training, now.trainings, now.validation_loss));
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

// `what` they see: "observables", "cells".
study::TrainedClassifier run_one(const std::string& what, const FeatureMatrix& reference,
                                 const FeatureMatrix& candidate, const ClassifierConfig& config,
                                 validate::Comparison& comparison) {
    study::TrainedClassifier out{validate::Metric(validate::classifier_auc(what), comparison.range().label()),
                                 {}};
    validate::Metric& area = out.area;
    ClassifierResult& result = out.result;
    result = train(area.name, reference, candidate, config);
    area.value = result.auc;
    area.uncertainty = result.uncertainty;
    area.reason = result.reason;
    area.n_reference = area.n_candidate = result.samples;
    if (result.auc) {
        ClassifierConfig once = config;
        once.seeds = 1;
        once.curve.clear();
        const ClassifierResult floor =
            train(area.name + ", floor", half(reference, 0), half(reference, 1), once);
        area.floor = floor.auc;
        if (!floor.auc) area.reason = "no floor: between the halves of the reference, " + floor.reason;
    }
    comparison.set(area);
    validate::Metric divergence(validate::classifier_jsd(what), area.range);
    divergence.value = result.jsd;
    divergence.reason = area.reason;
    divergence.n_reference = divergence.n_candidate = result.samples;
    comparison.set(divergence);
    core::info("{}: {} showers of each set, {} trainings of {:.1f} epochs, the longest {:.1f} s", area.name,
               result.samples, result.trainings, result.epochs, result.longest_seconds);
    return out;
}

}  // namespace

std::vector<study::TrainedClassifier> train_classifiers(const ClassifierOptions& options,
                                                        const data::ShowerSet& reference,
                                                        const data::ShowerSet& candidate, std::size_t threads,
                                                        validate::Comparison& comparison) {
    ClassifierConfig config = options.reference ? validate::reference_classifier() : ClassifierConfig{};
    config.seed = options.seed;
    config.max_samples = options.showers;
    config.threads = threads;
    config.word = comparison.word().many;
    const validate::Range& range = comparison.range();
    const auto observables = [&](const validate::ObservableTable& table) {
        return validate::observable_features(table, comparison.binning(), range, options.showers,
                                             options.seed);
    };
    std::vector<study::TrainedClassifier> out;
    out.push_back(run_one("observables", observables(comparison.reference_table()),
                          observables(comparison.candidate_table()), config, comparison));
    if (options.which == "observables") return out;
    validate::CellFeatureOptions cells;
    if (options.reference) cells.scaling = validate::CellScaling::calochallenge;
    cells.max_showers = options.showers;
    cells.seed = options.seed;
    out.push_back(run_one("cells", validate::cell_features(reference, range, cells),
                          validate::cell_features(candidate, range, cells), config, comparison));
    return out;
}

}  // namespace caloforge::app
