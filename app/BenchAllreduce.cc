#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "Bench.hh"
#include "Command.hh"
#include "Stopwatch.hh"
#include "core/Clock.hh"
#include "core/Error.hh"

namespace caloforge::app {
namespace {

/// Sums of whole numbers are exact in float32.
void check(comm::Communicator& communicator, std::size_t count) {
    constexpr std::size_t period = 1000;
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i % period + communicator.rank());
    communicator.sum(values);
    const std::size_t ranks = communicator.ranks(), all = ranks * (ranks - 1) / 2;
    for (std::size_t i = 0; i < count; ++i) {
        if (values[i] == static_cast<float>(ranks * (i % period) + all)) continue;
        throw core::RunError(fmt::format("number {} of a sum of {} over {} ranks is {}, not {}.", i, count,
                                         ranks, values[i], ranks * (i % period) + all));
    }
}

}  // namespace

void bench_allreduce(const BenchOptions& options, comm::Communicator& communicator) {
    if (communicator.ranks() == 1) {
        throw core::UsageError(
            "one rank has nothing to sum. Start several: mpirun -n 2 caloforge bench allreduce?");
    }
    core::Json results = core::Json::array();
    for (const std::size_t bytes : {8UL, 1024UL, 16384UL, 262144UL, 4194304UL}) {
        const std::size_t count = bytes / sizeof(float);
        check(communicator, count);
        std::vector<float> values(count);
        const auto once = [&] {
            const auto start = core::Clock::now();
            communicator.sum(values);
            return core::seconds_since(start);
        };
        Timings warm_up, timings;
        for (int i = 0; i < 5; ++i) warm_up.add(once());
        constexpr double most = 100000;
        const auto repeats = static_cast<int>(std::clamp(options.seconds / warm_up.median(), 5.0, most));
        const int agreed = std::stoi(communicator.broadcast(std::to_string(repeats)));
        for (int i = 0; i < agreed; ++i) timings.add(once());
        if (!communicator.first()) continue;
        const double seconds = timings.median();
        results.push_back({{"what", "allreduce"},
                           {"ranks", communicator.ranks()},
                           {"bytes", bytes},
                           {"us", 1e6 * seconds},
                           {"bytes_per_s", static_cast<double>(bytes) / seconds},
                           {"spread", timings.spread()},
                           {"repeats", timings.repeats()}});
        std::cerr << fmt::format("allreduce {} ranks  {:8} bytes  {:9.1f} us ±{:.0f} %  {:8.2f} MB/s\n",
                                 communicator.ranks(), bytes, 1e6 * seconds, 100 * timings.spread(),
                                 static_cast<double>(bytes) / seconds / 1e6);
    }
    if (options.json && communicator.first()) print_json(bench_json(results));
}

}  // namespace caloforge::app
