#include "train/TimePlan.hh"

#include <algorithm>

namespace caloforge::train {

TimePlan::TimePlan(double seconds, double spent, std::uint64_t most_steps, std::uint64_t checkpoint_every)
    : seconds_(seconds), spent_(spent), most_steps_(most_steps), checkpoint_every_(checkpoint_every) {}

std::optional<std::uint64_t> TimePlan::after_step(std::uint64_t step, double now, double checkpoints,
                                                  double checkpoint) {
    ++steps_;
    if (steps_ < slow_steps || (steps_ - slow_steps) % plan_every != 0) return std::nullopt;
    marks_.push_back({step, now - checkpoints});
    if (marks_.size() == 1) return std::nullopt;
    const Mark& from = marks_.front();
    const double each = (marks_.back().seconds - from.seconds) / static_cast<double>(step - from.step) +
                        checkpoint / static_cast<double>(checkpoint_every_);
    if (marks_.size() > plans_back) marks_.pop_front();
    const double left = seconds_ * (1 - kept_free) - spent_ - now - checkpoint;
    const auto most = static_cast<double>(most_steps_);
    const double more = each > 0 ? std::clamp(left / each, 0.0, most) : most;
    return std::max(step + 1, std::min(most_steps_, step + static_cast<std::uint64_t>(more)));
}

}  // namespace caloforge::train
