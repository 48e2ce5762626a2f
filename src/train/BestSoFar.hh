#pragma once

#include <cstdint>
#include <optional>

#include "core/Json.hh"

namespace caloforge::train {

/// When the showers held out were described best, and whether it is worth while to go on.
class BestSoFar {
  public:
    /// A look at `step` found `loss`, the lower the better. Whether it is the best so far.
    bool add(std::uint64_t step, double loss);

    bool any() const { return looks_ > 0; }
    std::uint64_t step() const { return step_; }
    double loss() const { return loss_; }
    /// Whether too much of a training of `end` steps (0: not known) has passed since the best one to hope for
    /// a better: a quarter, with several looks.
    bool given_up(std::uint64_t step, std::uint64_t end) const;

    /// {"step", "loss", "looks", "worse"}
    core::Json json() const;
    /// Throws InputError when a member is missing.
    static BestSoFar from_json(const core::Json& json);

  private:
    std::uint64_t looks_ = 0;
    std::uint64_t worse_ = 0;  ///< looks since the best one
    std::uint64_t step_ = 0;
    double loss_ = 0;
};

}  // namespace caloforge::train
