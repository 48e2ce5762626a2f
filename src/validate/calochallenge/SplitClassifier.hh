#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "core/Json.hh"
#include "validate/calochallenge/DataSet.hh"
#include "validate/classifier/Judge.hh"

namespace caloforge::validate::calochallenge {

/// What one training told. The figures that evaluate.py states as final are those after the calibration.
struct SplitResult {
    std::string name;                 ///< "cells", "cells_normed", "observables", "resnet"
    std::optional<double> auc;        ///< of calibrated probabilities; 0.5: cannot tell
    std::optional<double> jsd;        ///< of the same, bits; not clipped at 0
    std::optional<double> auc_error;  ///< DeLong's, of the scores
    std::optional<double> uncalibrated_auc, uncalibrated_jsd;  ///< of the scores
    std::string reason;                                        ///< why there is nothing; empty otherwise
    std::array<std::size_t, 3> split{};  ///< samples of each set: training, choosing the epoch, figures
    std::size_t features = 0;
    std::size_t epochs = 0, best_epoch = 0;
    double accuracy = 0;  ///< in the best epoch, on the second part
    double seconds = 0;

    core::Json json() const;
};

/// ClassifierConfig of evaluate.py: width 2048, 50 epochs, batches of 1000, learning rate 2e-4.
ClassifierConfig published_classifier();

/// Samples of each set in the three parts: the data set's own numbers where there are as many (what is beyond
/// them goes to the last part), else 60, 20 and 20 %.
std::array<std::size_t, 3> split_of(const DataSet& set, std::size_t samples);

/// Trains one classifier once and gives its figures: both sets shuffled, each by itself, and cut into the
/// three parts. At most config.max_samples of each enter, equally many of both. Too few, or a training that
/// diverges, give a reason. A function of (features, config, judge, training). What `on_epoch` throws ends
/// it.
SplitResult classify_split(const FeatureMatrix& reference, const FeatureMatrix& candidate, const DataSet& set,
                           const ClassifierConfig& config, const Judge& judge, std::uint64_t training,
                           const OnEpoch& on_epoch);

}  // namespace caloforge::validate::calochallenge
