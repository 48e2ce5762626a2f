#include "Stopwatch.hh"

#include <algorithm>

#include "core/Clock.hh"
#include "core/Error.hh"
#include "core/Machine.hh"
#include "core/StopSignal.hh"

namespace caloforge::app {

double Timings::quantile(double q) const {
    std::vector<double> sorted = seconds_;
    std::sort(sorted.begin(), sorted.end());
    const double place = q * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double Timings::median() const {
    return quantile(0.5);
}

double Timings::spread() const {
    return 0.5 * (quantile(0.75) - quantile(0.25)) / median();
}

Timings time_repeatedly(const std::function<void()>& work, double seconds, std::size_t least) {
    using core::Clock, core::seconds_since;
    work();
    Timings timings;
    const auto start = Clock::now();
    while (timings.repeats() < least || seconds_since(start) < seconds) {
        if (core::stop_requested()) throw core::RunError("stopped by a signal.");
        const auto begin = Clock::now();
        work();
        timings.add(seconds_since(begin));
    }
    return timings;
}

core::Json bench_json(core::Json results) {
    return {{"machine", core::describe_machine()}, {"results", std::move(results)}};
}

}  // namespace caloforge::app
