#pragma once

#include <cstdint>
#include <string>

#include "family/gan3d/GanStep.hh"

namespace caloforge::family::gan3d {

/// Watches the reports of a training and says when it can no longer come to anything:
/// * a loss is not finite, or above `largest_loss`;
/// * most generated showers have been empty for `patience` steps on end;
/// * generated showers have been copies of each other for `patience` steps on end.
class DivergenceWatch {
  public:
    /// The cause in words, with the step, or "" while all is well.
    std::string look(const StepReport& report, std::uint64_t step);

    static constexpr std::uint64_t patience = 50;
    static constexpr double largest_loss = 1e9;
    static constexpr double empty_limit = 0.5;  ///< share of showers without a deposit
    static constexpr double diversity_limit =
        1e-3;  ///< GAN showers differ by more than this even after one step

  private:
    std::uint64_t empty_steps_ = 0;
    std::uint64_t equal_steps_ = 0;
};

}  // namespace caloforge::family::gan3d
