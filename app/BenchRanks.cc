#include <fmt/format.h>

#include <iostream>

#include "Bench.hh"
#include "BenchTrainer.hh"
#include "Command.hh"
#include "Stopwatch.hh"
#include "core/Clock.hh"
#include "model/Memory.hh"
#include "model/Threads.hh"
#include "train/RankDevice.hh"

namespace caloforge::app {
namespace {

constexpr int rounds = 5;  // each alone, then together, so that a machine's moods fall on both

}  // namespace

void bench_ranks(const BenchOptions& options, comm::Communicator& communicator) {
    model::use_threads(std::max(options.threads, 1));
    model::keep_memory();
    const std::string device = train::rank_device(options.device, communicator);
    core::Json results = core::Json::array();
    for (const std::size_t batch : options.batches.empty() ? std::vector<std::size_t>{16} : options.batches) {
        BenchTrainer alone(options, device, batch, ""), together(options, device, batch, "", communicator);
        Timings one, many;
        std::uint64_t number = 0;
        // The number of steps has to be the same on all ranks.
        const auto time = [&](BenchTrainer& bench, Timings& timings) {
            const auto start = core::Clock::now();
            bench.step(number++);
            timings.add(core::seconds_since(start));
        };
        Timings warm_up;
        time(alone, warm_up);
        time(together, warm_up);
        const int steps = std::max(1, static_cast<int>(options.seconds / rounds / warm_up.median()));
        const int agreed = std::stoi(communicator.broadcast(std::to_string(steps)));
        for (int round = 0; round < rounds; ++round) {
            communicator.busy([&] {
                for (int i = 0; communicator.first() && i < agreed; ++i) time(alone, one);
            });
            communicator.gather("");  // the others have waited until here
            for (int i = 0; i < agreed; ++i) time(together, many);
        }
        if (!communicator.first()) continue;
        const double seconds = many.median() / static_cast<double>(batch * communicator.ranks());
        const double efficiency = one.median() / many.median();
        results.push_back({{"what", "train"},
                           {"network", options.network},
                           {"backend", "native"},
                           {"device", options.device},
                           {"precision", options.precision},
                           {"batch", batch},
                           {"threads", model::threads_used()},
                           {"ranks", communicator.ranks()},
                           {"ms_per_shower", 1e3 * seconds},
                           {"showers_per_s", 1 / seconds},
                           {"spread", many.spread()},
                           {"repeats", many.repeats()},
                           {"synchronise_norm", !options.own_norm},
                           {"weak_scaling", efficiency},
                           {"one_rank_spread", one.spread()}});
        std::cerr << fmt::format(
            "train     {} ranks, batch {} each, {} threads  {:7.2f} ms/shower  {:7.1f} showers/s  ±{:.0f} %  "
            "weak scaling "
            "{:.1f} %  (one rank, the others idle: {:.2f} ms/shower ±{:.0f} %)\n",
            communicator.ranks(), batch, model::threads_used(), 1e3 * seconds, 1 / seconds,
            100 * many.spread(), 100 * efficiency, 1e3 * one.median() / static_cast<double>(batch),
            100 * one.spread());
    }
    if (options.json && communicator.first()) print_json(bench_json(results));
}

}  // namespace caloforge::app
