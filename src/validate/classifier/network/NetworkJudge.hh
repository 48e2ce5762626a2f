#pragma once

#include "validate/classifier/Judge.hh"

namespace caloforge::validate {

/// CaloChallenge's network (ClassifierConfig says how wide), in libtorch: trained until the loss on the
/// validation part has not fallen for `patience` epochs, with the best weights. The same for one number of
/// threads, which are libtorch's own: set for a training by config.threads, and put back. train() throws
/// RunError when the loss is not finite.
class NetworkJudge : public Judge {
  public:
    std::string name() const override { return "network"; }
    std::size_t max_epochs(const ClassifierConfig& config) const override { return config.max_epochs; }
    FoldScores train(const FoldData& data, const FoldSplit& split, const ClassifierConfig& config,
                     std::uint64_t training, const OnEpoch& on_epoch) const override;
};

}  // namespace caloforge::validate
