#include "train/TimePlan.hh"

#include <gtest/gtest.h>

namespace caloforge::train::test {
namespace {

constexpr std::uint64_t first = TimePlan::slow_steps + TimePlan::plan_every;

// A machine on which steps and checkpoints take time.
struct Machine {
    double now = 0, checkpoints = 0, checkpoint = 0;
    std::uint64_t step = 0;

    std::optional<std::uint64_t> run(TimePlan& plan, std::uint64_t steps, double seconds) {
        std::optional<std::uint64_t> out;
        for (std::uint64_t i = 0; i < steps; ++i) {
            now += seconds;
            out = plan.after_step(++step, now, checkpoints, checkpoint);
        }
        return out;
    }
    void keep(double seconds) {
        now += seconds;
        checkpoints += seconds;
        checkpoint = seconds;
    }
};

TEST(TimePlan, PlansFromTheFirstStepsButTheSlowOnes) {
    TimePlan plan(1000, 0, 100'000, 50);
    Machine machine;
    EXPECT_FALSE(machine.run(plan, TimePlan::slow_steps, 5));
    EXPECT_FALSE(machine.run(plan, TimePlan::plan_every - 1, 0.5));
    const auto end = machine.run(plan, 1, 0.5);
    ASSERT_TRUE(end);
    const double left = 1000 * (1 - TimePlan::kept_free) - machine.now;
    EXPECT_NEAR(static_cast<double>(*end), static_cast<double>(first) + left / 0.5, 1);
}

TEST(TimePlan, KnowsWhatCheckpointsTake) {
    TimePlan plan(1000, 0, 100'000, 50);
    Machine machine;
    machine.run(plan, first, 0.5);
    machine.keep(10);
    const auto end = machine.run(plan, TimePlan::plan_every, 0.5);
    ASSERT_TRUE(end);
    const double left = 1000 * (1 - TimePlan::kept_free) - machine.now - 10;
    EXPECT_NEAR(static_cast<double>(*end), static_cast<double>(machine.step) + left / (0.5 + 10.0 / 50), 1);
}

TEST(TimePlan, ForgetsHowFastTheMachineOnceWas) {
    TimePlan plan(1000, 0, 100'000, 50);
    Machine machine;
    machine.run(plan, first, 0.5);
    const auto end =
        machine.run(plan, TimePlan::plan_every * TimePlan::plans_back, 1.0);  // others work there too
    ASSERT_TRUE(end);
    const double left = 1000 * (1 - TimePlan::kept_free) - machine.now;
    EXPECT_NEAR(static_cast<double>(*end), static_cast<double>(machine.step) + left, 1);
}

TEST(TimePlan, EndsInTimeWhereTheSpeedChanges) {
    for (const double late : {0.05, 0.2, 0.6, 2.0}) {
        TimePlan plan(600, 0, 100'000, 50);
        Machine machine;
        std::uint64_t end = 0;
        while (end == 0 || machine.step < end) {
            const auto planned = machine.run(plan, 1, machine.now < 400 ? 0.2 : late);
            if (planned) end = *planned;
            if (machine.step % 50 == 0 || machine.step == end) machine.keep(2);
        }
        EXPECT_LT(machine.now, 600) << late;
        EXPECT_GT(machine.now, 540) << late;
    }
}

TEST(TimePlan, NoMoreThanThereIsToLearnAndNoLessThanOneStep) {
    TimePlan rich(1e6, 0, 500, 50);
    Machine machine;
    EXPECT_EQ(machine.run(rich, first, 0.5), 500U);
    TimePlan poor(5, 0, 500, 50);
    machine = {};
    EXPECT_EQ(machine.run(poor, first, 0.5), first + 1);
    TimePlan resumed(1000, 995, 500, 50);
    machine = {};
    EXPECT_EQ(machine.run(resumed, first, 0.5), first + 1);
}

}  // namespace
}  // namespace caloforge::train::test
