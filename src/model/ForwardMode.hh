#pragma once

#include <cstdint>
#include <span>

#include "model/BatchNorm.hh"

namespace caloforge::model {

/// How a forward pass behaves.
struct ForwardMode {
    bool training = false;           ///< batch statistics and dropout on
    bool update_statistics = false;  ///< training only: move the running mean and variance
    /// Training only: keys of the dropout masks, one sample number per row.
    std::uint64_t seed = 0;
    std::span<const std::uint64_t> samples = {};
    /// Training only: batch normalisation over the batches of all ranks; null: over this one. Lives until the
    /// backward pass has ended.
    const SumOverRanks* sum_over_ranks = nullptr;
};

}  // namespace caloforge::model
