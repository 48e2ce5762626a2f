#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/Json.hh"
#include "validate/classifier/Judge.hh"
#include "validate/statistics/Drawing.hh"
#include "validate/statistics/FeatureMatrix.hh"
#include "validate/statistics/RocCurve.hh"

namespace caloforge::validate {

/// What is reported after every epoch.
struct ClassifierProgress {
    std::size_t training = 0;  ///< the one under way, from 1
    std::size_t trainings = 0;
    std::size_t epoch = 0;  ///< epochs done in it
    std::size_t max_epochs = 0;
    double validation_loss = 0;  ///< ln 2 = 0.693: guessing
};
using ReportProgress = std::function<void(const ClassifierProgress&)>;

/// What one of several judges found.
struct JudgeFigure {
    std::string judge;
    double auc, uncertainty;
};

/// Formulae: doc/validation.md.
struct ClassifierResult {
    std::optional<double> auc;  ///< mean over repetitions and folds; 0.5: cannot tell, 1: always tells
    std::optional<double> uncertainty;          ///< one standard deviation
    std::optional<double> jsd;                  ///< Jensen-Shannon divergence after calibration, bits
    std::string reason;                         ///< why there is nothing above; empty otherwise
    std::vector<LearningPoint> learning_curve;  ///< ascending; the last one is the result itself
    RocCurve roc;                               ///< mean over repetitions and folds
    std::string judge;                          ///< Judge::name()
    std::vector<JudgeFigure> judges = {};       ///< all that were asked, where this is the best of several
    std::size_t samples = 0;                    ///< of each set
    std::size_t features = 0;
    std::size_t trainings = 0;
    double epochs = 0;           ///< per training, mean
    double longest_seconds = 0;  ///< of one training
    double seconds = 0;          ///< of all

    core::Json json() const;
};

/// Trains classifiers of one kind to tell two sets of samples apart, each tested on samples that it never
/// saw. Both sets enter with equally many samples, at most config.max_samples, chosen by seed. Too few
/// samples give a result without figures and a reason. The figures are a function of (features, config,
/// judge). `report` is called from the caller's thread after every epoch; what it throws ends the work. Needs
/// the features twice: nothing is copied but batches. Throws InputError when the features differ in number or
/// the config makes no sense, and what the judge throws.
ClassifierResult classify(const FeatureMatrix& reference, const FeatureMatrix& candidate,
                          const ClassifierConfig& config, const Judge& judge,
                          const ReportProgress& report = {});

/// Why nothing is trained on so many samples (`word`: "showers").
std::string too_few(std::size_t reference, std::size_t candidate, const std::string& word);

}  // namespace caloforge::validate
