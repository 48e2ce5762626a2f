#pragma once

#include "validate/classifier/Judge.hh"

namespace caloforge::validate {

/// The convolutional network of CaloChallenge's evaluation (`cls-resnet` of evaluate.py), in libtorch: a
/// residual network of 18 layers (He et al., CVPR 2016, in three dimensions) of 32, 64, 64 and 128 channels
/// over the cells, ClassifierConfig::picture, from which, with the normalised first feature, log10 E_inc, one
/// dense layer makes the score. The features are that number and the cells. Trained as NetworkJudge. train()
/// throws InputError where the features are another number or an axis has less than 7 cells, DivergedError
/// when the loss is not finite.
class ResidualJudge : public Judge {
  public:
    std::string name() const override { return "residual network"; }
    std::size_t max_epochs(const ClassifierConfig& config) const override { return config.max_epochs; }
    FoldScores train(const FoldData& data, const FoldSplit& split, const ClassifierConfig& config,
                     std::uint64_t training, const OnEpoch& on_epoch) const override;
};

}  // namespace caloforge::validate
