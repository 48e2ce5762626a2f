#include "Classifiers.hh"

#include "TorchPart.hh"
#include "core/Log.hh"

namespace caloforge::app {

std::vector<study::TrainedClassifier> run_classifiers(const ClassifierOptions& options,
                                                      const data::ShowerSet& reference,
                                                      const data::ShowerSet& candidate, std::size_t threads,
                                                      validate::Comparison& comparison) {
    const std::string missing = torch_missing();
    if (missing.empty())
        return torch_part("a classifier")
            .train_classifiers(options, reference, candidate, threads, comparison);
    core::warning("no classifier is trained: that needs libtorch; {}", missing);
    for (const char* name : {"auc_observables", "auc_cells"}) {
        validate::Metric metric = *comparison.find(name);
        metric.reason = "no libtorch to train classifiers with; " + missing;
        comparison.set(metric);
    }
    return {};
}

}  // namespace caloforge::app
