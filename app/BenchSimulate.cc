#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iostream>
#include <thread>

#include "Bench.hh"
#include "Command.hh"
#include "MultiplyAddLoop.hh"
#include "Stopwatch.hh"
#include "core/Error.hh"
#include "core/Machine.hh"
#include "montecarlo/ShowerSimulator.hh"

namespace caloforge::app {
namespace {

using core::Json;
using montecarlo::ShowerSimulator;

// Every shower keeps its energy; else the timing would be of something else.
double verify(const ShowerSimulator& simulator, double energy) {
    ShowerSimulator::Workspace workspace(simulator);
    std::vector<float> cells(simulator.readout().cells());
    double worst = 0;
    for (std::uint64_t shower = 0; shower < 3; ++shower) {
        const auto report = simulator.simulate({1, shower}, {energy}, workspace, cells);
        worst = std::max(worst, std::abs(report.balance.sum() / energy - 1));
    }
    constexpr double allowed = 1e-9;
    if (!(worst <= allowed))
        throw core::RunError(fmt::format("a shower loses {} of its energy ({} is allowed)", worst, allowed));
    return worst;
}

// Showers [0, count) of one seed on so many threads.
void simulate_all(const ShowerSimulator& simulator, double energy, std::uint64_t count, std::size_t threads) {
    std::atomic<std::uint64_t> next = 0;
    std::vector<std::jthread> workers;
    for (std::size_t t = 0; t < threads; ++t) {
        workers.emplace_back([&] {
            ShowerSimulator::Workspace workspace(simulator);
            std::vector<float> cells(simulator.readout().cells());
            for (std::uint64_t i = next++; i < count; i = next++)
                (void)simulator.simulate({1, i}, {energy}, workspace, cells);
        });
    }
}

// 1, 2, 4, ... and all of them.
std::vector<std::size_t> doublings(std::size_t all) {
    std::vector<std::size_t> out;
    for (std::size_t threads = 1; threads < all; threads *= 2) out.push_back(threads);
    out.push_back(all);
    return out;
}

}  // namespace

void bench_simulate(const BenchOptions& options) {
    const ShowerSimulator simulator(geometry::Detector::find(options.detector), {});
    const std::vector<double> energies =
        options.energies.empty() ? std::vector<double>{10, 50, 100, 200, 400} : options.energies;
    const std::size_t all = core::thread_count(static_cast<std::size_t>(options.threads));
    Json results = Json::array();
    for (const double energy : energies) {
        simulator.check_energies(energy, energy);
        const double balance = verify(simulator, energy);
        double alone = 0;
        for (const std::size_t threads : doublings(all)) {
            // The same showers every time, as many as take a second or so on one thread.
            const auto showers = static_cast<std::uint64_t>(std::clamp(600 / energy, 4.0, 64.0));
            const std::uint64_t count = showers * all;
            Timings timings, bound;
            for (int repeat = 0; repeat < 5; ++repeat) {
                timings.add(
                    time_repeatedly([&] { simulate_all(simulator, energy, count, threads); }, 0, 1).median());
                bound.add(multiply_add_seconds(threads));
            }
            const double per_shower = timings.median() / static_cast<double>(count);
            if (threads == 1) alone = per_shower / bound.median();
            const double gain = alone / (per_shower / bound.median());
            results.push_back({{"what", "simulate"},
                               {"backend", "native"},
                               {"device", "cpu"},
                               {"energy_gev", energy},
                               {"batch", 1},
                               {"threads", threads},
                               {"ranks", 1},
                               {"ms_per_shower", 1e3 * per_shower},
                               {"showers_per_s", 1 / per_shower},
                               {"gev_per_s", energy / per_shower},
                               {"gain_over_multiply_add", gain},
                               {"spread", timings.spread()},
                               {"repeats", timings.repeats()},
                               {"energy_balance", balance}});
            std::cerr << fmt::format(
                "simulate {:g} GeV  {} threads  {:.1f} ms/shower  {:.1f} showers/s  {:.0f} GeV/s  ±{:.0f} %  "
                "gain {:.2f} "
                "of a "
                "multiply-add loop's\n",
                energy, threads, 1e3 * per_shower, 1 / per_shower, energy / per_shower,
                100 * timings.spread(), gain);
        }
    }
    if (options.json) print_json(bench_json(results));
}

}  // namespace caloforge::app
