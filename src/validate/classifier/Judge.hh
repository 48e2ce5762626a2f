#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/Error.hh"
#include "validate/classifier/ClassifierConfig.hh"
#include "validate/classifier/Folds.hh"
#include "validate/statistics/FeatureMatrix.hh"

namespace caloforge::validate {

/// What one training leaves behind: scores (logits, larger for candidates) of samples it did not learn from.
struct FoldScores {
    std::vector<float> reference;          ///< of the test part
    std::vector<float> candidate;          ///< of the test part
    std::vector<float> validation;         ///< of the validation part, reference first
    std::vector<float> validation_labels;  ///< 0: reference, 1: candidate
    std::size_t epochs = 0;                ///< run
    std::size_t best_epoch = 0;            ///< that gave the scores, from 1
    double validation_loss = 0;            ///< binary cross-entropy there; ln 2 = 0.693 is a guess
    double validation_accuracy = 0;        ///< share of it on the right side there
};

/// The samples of one training: sample i of the split is reference row reference_rows[i] and candidate row
/// candidate_rows[i].
struct FoldData {
    const FeatureMatrix& reference;
    const FeatureMatrix& candidate;
    std::span<const std::size_t> reference_rows;
    std::span<const std::size_t> candidate_rows;
};

/// A training whose loss is not finite.
struct DivergedError : core::RunError {
    using core::RunError::RunError;
};

/// Called after every epoch (epochs done, validation loss); may throw to stop.
using OnEpoch = std::function<void(std::size_t, double)>;

/// A kind of classifier. Read-only; one training at a time.
class Judge {
  public:
    virtual ~Judge() = default;
    /// "network", "trees"
    virtual std::string name() const = 0;
    /// Most epochs of one training.
    virtual std::size_t max_epochs(const ClassifierConfig& config) const = 0;
    /// Learns from the split's training part until the loss on its validation part falls no more, and scores
    /// the test part. `training` numbers the random streams. A function of (data, config, training).
    virtual FoldScores train(const FoldData& data, const FoldSplit& split, const ClassifierConfig& config,
                             std::uint64_t training, const OnEpoch& on_epoch) const = 0;
};

}  // namespace caloforge::validate
