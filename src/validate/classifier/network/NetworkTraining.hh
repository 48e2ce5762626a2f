#pragma once

#include "validate/classifier/Judge.hh"
#include "validate/classifier/network/ScoreNetwork.hh"

namespace caloforge::validate {

/// Trains a network on the split's training part (binary cross-entropy) and scores its test part with the
/// weights of the best epoch: that of the lowest loss on the validation part, until it has not fallen for
/// `patience` epochs; or as published (ClassifierConfig::as_published). Standardises features that are not as
/// they are to be. The same for one number of threads, which are libtorch's own. Throws DivergedError.
FoldScores train_network(ScoreNetwork& network, const FoldData& data, const FoldSplit& split,
                         const ClassifierConfig& config, std::uint64_t training, const OnEpoch& on_epoch);

}  // namespace caloforge::validate
