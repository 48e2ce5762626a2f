#pragma once

#include "core/Json.hh"
#include "validate/classifier/Classifier.hh"
#include "validate/statistics/Drawing.hh"
#include "validate/statistics/Metric.hh"

namespace caloforge::study {

/// A classifier that was trained, and what its area says beside its floor.
struct TrainedClassifier {
    validate::Metric area;
    validate::ClassifierResult result;

    /// As web/README.md describes it.
    core::Json json() const;
    validate::ClassifierDrawing drawing() const;
};

}  // namespace caloforge::study
