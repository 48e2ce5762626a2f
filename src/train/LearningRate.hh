#pragma once

#include <cstddef>
#include <cstdint>

#include "core/ConfigTable.hh"
#include "core/Json.hh"

namespace caloforge::train {

/// The learning rate of a step: warm-up, and growth with the batch (Goyal et al., arXiv:1706.02677).
struct LearningRate {
    double rate = 1e-3;
    std::size_t rate_batch = 0;  ///< batch that `rate` is for: it grows in proportion; 0: any
    double warm_up = 0;          ///< steps in which it rises

    /// Of a table `optimiser`, these as defaults.
    LearningRate read(core::ConfigTable& optimiser) const;
    /// It rises in `warm_up` steps from the rate of `rate_batch` to that of `batch`, or from 0 where they are
    /// equal.
    double at(std::uint64_t step, std::size_t batch) const;
    core::Json json() const;
};

}  // namespace caloforge::train
