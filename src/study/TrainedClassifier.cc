#include "study/TrainedClassifier.hh"

#include <optional>

namespace caloforge::study {

using core::Json;

core::Json TrainedClassifier::json() const {
    const auto number = [](const std::optional<double>& from) { return from ? Json(*from) : Json(); };
    Json curve = Json::array();
    for (const validate::LearningPoint& point : result.learning_curve)
        curve.push_back({{"showers", point.samples}, {"auc", point.auc}, {"uncertainty", point.uncertainty}});
    Json roc = Json::array();
    for (std::size_t i = 0; i < result.roc.reference.size(); ++i)
        roc.push_back({result.roc.reference[i], result.roc.candidate[i]});
    return {{"name", area.name},
            {"title", area.title},
            {"auc", number(area.value)},
            {"uncertainty", number(area.uncertainty)},
            {"floor", number(area.floor)},
            {"against_floor", validate::to_string(area.against_floor())},
            {"jsd", number(result.jsd)},
            {"reason", result.reason},
            {"showers", result.samples},
            {"features", result.features},
            {"trainings", result.trainings},
            {"epochs", result.epochs},
            {"seconds", result.seconds},
            {"longest_training_seconds", result.longest_seconds},
            {"curve", std::move(curve)},
            {"roc", std::move(roc)}};
}

validate::ClassifierDrawing TrainedClassifier::drawing() const {
    return {area.name, area.value, area.uncertainty, result.learning_curve, result.roc};
}

}  // namespace caloforge::study
