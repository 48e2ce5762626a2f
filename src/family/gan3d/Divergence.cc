#include "family/gan3d/Divergence.hh"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace caloforge::family::gan3d {

std::string DivergenceWatch::look(const StepReport& report, std::uint64_t step) {
    const auto bad = [](double loss) { return !(std::abs(loss) <= largest_loss); };
    const auto bad_pass = [&](const PassLosses& pass) {
        return bad(pass.real) || bad(pass.energy) || bad(pass.sum);
    };
    const std::array<std::pair<const char*, const PassLosses*>, 3> passes{
        {{"the discriminator on real showers", &report.on_real},
         {"the discriminator on generated showers", &report.on_generated},
         {"the generator", &report.generator}}};
    for (const auto& [where, losses] : passes) {
        if (!bad_pass(*losses)) continue;
        return fmt::format(
            "the loss of {} is no longer a usable number at step {} (real/fake {:.3g}, energy {:.3g} %, sum "
            "{:.3g} "
            "%)",
            where, step, losses->real, losses->energy, losses->sum);
    }
    empty_steps_ = report.empty_share > empty_limit ? empty_steps_ + 1 : 0;
    if (empty_steps_ >= patience) {
        return fmt::format(
            "collapsed output: at least {:.0f} % of the generated showers deposited no energy for {} steps, "
            "up to step {}",
            100 * empty_limit, patience, step);
    }
    const bool equal = report.empty_share <= empty_limit && report.diversity < diversity_limit;
    equal_steps_ = equal ? equal_steps_ + 1 : 0;
    if (equal_steps_ >= patience) {
        return fmt::format(
            "collapsed output: the generated showers were copies of one another for {} steps, up to step {}",
            patience, step);
    }
    return {};
}

}  // namespace caloforge::family::gan3d
