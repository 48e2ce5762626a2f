#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace caloforge::train {

/// Where a training has to end that is given a time: planned from how long its first steps take, and again
/// and again, since machines have other work too. Knows no clock: it is told the time.
class TimePlan {
  public:
    /// `seconds` of the whole training, of which `spent` are over; at most `most_steps` in all; a checkpoint
    /// every so many steps.
    TimePlan(double seconds, double spent, std::uint64_t most_steps, std::uint64_t checkpoint_every);

    /// After every step of a run: `step` steps of the training done, `now` seconds after the run's beginning,
    /// `checkpoints` of them spent on checkpoints, each of which takes `checkpoint` as far as is known. The
    /// end to plan for, where it is time to plan.
    std::optional<std::uint64_t> after_step(std::uint64_t step, double now, double checkpoints,
                                            double checkpoint);

    /// Steps at the beginning of a run that are slower than the others.
    static constexpr std::uint64_t slow_steps = 4;
    /// Steps from one plan to the next.
    static constexpr std::uint64_t plan_every = 16;
    /// Plans back to which the time of a step is measured.
    static constexpr std::size_t plans_back = 8;
    /// Share of the time that stays free, for what comes behind the last checkpoint.
    static constexpr double kept_free = 0.02;

  private:
    /// How far the steps had come, the time of checkpoints left out.
    struct Mark {
        std::uint64_t step;
        double seconds;
    };

    double seconds_, spent_;
    std::uint64_t most_steps_, checkpoint_every_;
    std::uint64_t steps_ = 0;  ///< of this run
    std::deque<Mark> marks_;
};

}  // namespace caloforge::train
