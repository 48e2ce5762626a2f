#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "validate/calochallenge/Histograms.hh"
#include "validate/calochallenge/ReadSet.hh"
#include "validate/calochallenge/SplitClassifier.hh"
#include "validate/statistics/Metric.hh"

namespace caloforge::validate::calochallenge {

/// The classifiers, in the order of their trainings; an evaluation may ask for some.
inline constexpr const char* classifier_names[] = {"observables", "cells", "cells_normed", "resnet"};

/// Called after every epoch: the classifier, epochs done, all, loss on the part that chooses. May throw to
/// stop.
using OnClassifier = std::function<void(const std::string&, std::size_t, std::size_t, double)>;

struct EvaluationOptions {
    std::uint64_t seed = 1;
    bool distances = true;                 ///< fpd, kpd
    std::vector<std::string> classifiers;  ///< of classifier_names
    ClassifierConfig config = published_classifier();
    const Judge* network = nullptr;   ///< the dense one; null: not there
    const Judge* residual = nullptr;  ///< the convolutional one
    std::string missing;              ///< why they are not there
    OnClassifier on_epoch;
};

/// What the CaloChallenge's evaluation says of two sets.
struct Evaluation {
    DataSet set;
    ReadAs reference, candidate;
    std::size_t reference_showers = 0, candidate_showers = 0;
    std::uint64_t seed = 1;
    std::string energy;  ///< incident energies of both, GeV: "1:1000"
    std::vector<Histogram> histograms;
    std::vector<Metric> metrics;  ///< documented in doc/validation.md
    std::vector<SplitResult> classifiers;

    /// Null where there is none.
    const Metric* find(const std::string& name) const;
    core::Json json() const;
    /// For people: separations by kind, distances, classifiers.
    std::string table() const;
};

/// Names of the metrics that sum up, of any data set: those of single histograms are "separation_" and the
/// histogram's name.
std::vector<MetricInfo> summary_metrics();

/// Evaluates two sets opened with open_in_mev(): reads them twice, and once more for each classifier on
/// cells. Throws InputError when they cannot be compared (check_comparable), and what judges and `on_epoch`
/// throw.
Evaluation evaluate(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                    const ReadAs& as_reference, const ReadAs& as_candidate, const EvaluationOptions& options);

}  // namespace caloforge::validate::calochallenge
