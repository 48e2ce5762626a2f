#pragma once

#include "validate/classifier/Judge.hh"

namespace caloforge::validate {

/// Gradient-boosted trees (Chen and Guestrin 2016, XGBoost): 400 trees of at most 31 leaves at a learning
/// rate of 0.06, fewer where 25 more did not lower the loss on the validation part. They see edges and
/// combinations of features that a network of a few thousand samples does not, and need neither scaling nor
/// libtorch. Of the config folds, shares, repetitions and seed count. The same for any number of threads:
/// one.
class TreeJudge : public Judge {
  public:
    std::string name() const override { return "trees"; }
    std::size_t max_epochs(const ClassifierConfig& config) const override;
    /// Throws RunError with XGBoost's reason.
    FoldScores train(const FoldData& data, const FoldSplit& split, const ClassifierConfig& config,
                     std::uint64_t training, const OnEpoch& on_epoch) const override;
};

}  // namespace caloforge::validate
