#include "plugin/ClassifierRuns.hh"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "core/Log.hh"
#include "core/Progress.hh"
#include "validate/classifier/CellFeatures.hh"
#include "validate/classifier/Classifier.hh"
#include "validate/classifier/ObservableFeatures.hh"

namespace caloforge::app {
namespace {

using core::Json;

validate::Metric metric_named(const std::string& name, const validate::Comparison& comparison) {
    const auto& metrics = comparison.metrics();
    const auto place = std::find_if(metrics.begin(), metrics.end(),
                                    [&](const validate::Metric& metric) { return metric.name == name; });
    return *place;  // every comparison lists it
}

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

Json page_entry(const std::string& name, const ClassifierResult& result, const validate::Metric& metric) {
    const Json json = result.json();
    Json roc = Json::array();
    for (std::size_t i = 0; i < result.roc.reference.size(); ++i)
        roc.push_back({result.roc.reference[i], result.roc.candidate[i]});
    return {{"name", name},
            {"auc", json["auc"]},
            {"uncertainty", json["uncertainty"]},
            {"floor", metric.floor ? Json(*metric.floor) : Json()},
            {"jsd", json["jsd"]},
            {"reason", result.reason},
            {"showers", result.showers},
            {"features", result.features},
            {"trainings", result.trainings},
            {"epochs", result.epochs},
            {"seconds", result.seconds},
            {"longest_training_seconds", result.longest_seconds},
            {"curve", json["learning_curve"]},
            {"roc", roc}};
}

Json run_one(const std::string& name, const FeatureMatrix& reference, const FeatureMatrix& candidate,
             const ClassifierConfig& config, validate::Comparison& comparison) {
    const ClassifierResult result = train(name, reference, candidate, config);
    validate::Metric metric = metric_named(name, comparison);
    metric.value = result.auc;
    metric.uncertainty = result.uncertainty;
    metric.reason = result.reason;
    metric.n_reference = metric.n_candidate = result.showers;
    if (result.auc) {
        ClassifierConfig once = config;
        once.seeds = 1;
        once.curve.clear();
        const ClassifierResult floor = train(name + ", floor", half(reference, 0), half(reference, 1), once);
        metric.floor = floor.auc;
        if (!floor.auc) metric.reason = "no floor: between the halves of the reference, " + floor.reason;
    }
    comparison.set(metric);
    validate::Metric divergence = metric;
    divergence.name = "jsd" + name.substr(name.find('_'));
    divergence.value = result.jsd;
    divergence.uncertainty.reset();
    divergence.floor.reset();
    comparison.set(divergence);
    core::info("{}: {} showers of each set, {} trainings of {:.1f} epochs, the longest {:.1f} s", name,
               result.showers, result.trainings, result.epochs, result.longest_seconds);
    return page_entry(name, result, metric);
}

}  // namespace

Json train_classifiers(const ClassifierOptions& options, const data::ShowerSet& reference,
                       const data::ShowerSet& candidate, std::size_t threads,
                       validate::Comparison& comparison) {
    ClassifierConfig config = options.reference ? validate::reference_classifier() : ClassifierConfig{};
    config.seed = options.seed;
    config.max_showers = options.showers;
    config.threads = threads;
    Json list = Json::array();
    const validate::EnergyRange& range = comparison.range();
    list.push_back(run_one(
        "auc_observables",
        validate::observable_features(comparison.reference_table(), range, options.showers, options.seed),
        validate::observable_features(comparison.candidate_table(), range, options.showers, options.seed),
        config, comparison));
    if (options.which == "observables") return list;
    validate::CellFeatureOptions cells;
    if (options.reference) cells.scaling = validate::CellScaling::calochallenge;
    cells.max_showers = options.showers;
    cells.seed = options.seed;
    list.push_back(run_one("auc_cells", validate::cell_features(reference, range, cells),
                           validate::cell_features(candidate, range, cells), config, comparison));
    return list;
}

}  // namespace caloforge::app
