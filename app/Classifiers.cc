#include "Classifiers.hh"

#include <algorithm>

#include "TorchPart.hh"
#include "core/Log.hh"

namespace caloforge::app {
namespace {

validate::Metric metric_named(const std::string& name, const validate::Comparison& comparison) {
    const auto& metrics = comparison.metrics();
    const auto place = std::find_if(metrics.begin(), metrics.end(),
                                    [&](const validate::Metric& metric) { return metric.name == name; });
    return *place;  // every comparison lists it
}

}  // namespace

core::Json run_classifiers(const ClassifierOptions& options, const data::ShowerSet& reference,
                           const data::ShowerSet& candidate, std::size_t threads,
                           validate::Comparison& comparison) {
    const std::string missing = torch_missing();
    if (missing.empty())
        return torch_part("a classifier")
            .train_classifiers(options, reference, candidate, threads, comparison);
    core::warning("no classifier is trained: that needs libtorch; {}", missing);
    for (const char* name : {"auc_observables", "auc_cells"}) {
        validate::Metric metric = metric_named(name, comparison);
        metric.reason = "no libtorch to train classifiers with; " + missing;
        comparison.set(metric);
    }
    return core::Json::array();
}

}  // namespace caloforge::app
