#include <fmt/format.h>

#include <array>
#include <iostream>

#include "Bench.hh"
#include "Command.hh"
#include "Stopwatch.hh"
#include "core/Random.hh"
#include "train/GanStep.hh"

namespace caloforge::app {
namespace {

using core::Json;

/// Showers whose content does not matter for the time: about as many cells are hit as in a real one.
data::ShowerBatch made_up_showers(std::size_t count) {
    constexpr std::size_t side = 25;
    constexpr float hit_share = 0.1F;
    data::ShowerBatch batch;
    batch.grid = {side, side, side, 5.1, 5.1};
    batch.incident.assign(count, 100.0F);
    batch.cells.resize(count * batch.grid.cells());
    core::RandomStream(1, 0, 0).uniform(batch.cells);
    for (float& cell : batch.cells) cell = cell < hit_share ? 1e-2F * cell : 0.0F;
    return batch;
}

}  // namespace

void bench_train(const BenchOptions& options) {
    const std::vector<std::size_t> batches =
        options.batches.empty() ? std::vector<std::size_t>{16} : options.batches;
    constexpr std::array<const char*, 4> parts{"discriminator, real", "discriminator, generated", "generator",
                                               "input"};
    Json results = Json::array();
    for (const std::size_t batch : batches) {
        train::TrainConfig config;
        config.batch = std::max<std::size_t>(batch, 2);
        config.device = options.device;
        config.precision = options.precision;
        if (options.threads > 0) torch::set_num_threads(options.threads);
        data::Normalisation normalisation;
        normalisation.cell_scale = 100;
        normalisation.sum_coefficients = {0, 2.0};
        normalisation.energy_low = 10;
        normalisation.energy_high = 500;
        train::GanStep step(config, normalisation);
        const auto showers = made_up_showers(config.batch);
        std::array<Timings, 4> by_part;
        std::uint64_t number = 0;
        const Timings timings = time_repeatedly(
            [&] {
                const auto report = step(showers, number++);
                for (std::size_t i = 0; i < parts.size(); ++i) by_part[i].add(report.seconds[i]);
            },
            options.seconds);
        const double per_shower = timings.median() / static_cast<double>(config.batch);
        Json one = {{"what", "train"},
                    {"backend", "stock"},
                    {"device", options.device},
                    {"precision", options.precision},
                    {"batch", config.batch},
                    {"threads", torch::get_num_threads()},
                    {"ranks", 1},
                    {"ms_per_shower", 1e3 * per_shower},
                    {"showers_per_s", 1 / per_shower},
                    {"spread", timings.spread()},
                    {"repeats", timings.repeats()}};
        std::cerr << fmt::format(
            "train     batch {:4}  {} threads  {}  {:7.2f} ms/shower  {:7.1f} showers/s  ±{:.0f} %\n",
            config.batch, torch::get_num_threads(), options.precision, 1e3 * per_shower, 1 / per_shower,
            100 * timings.spread());
        for (std::size_t i = 0; i < parts.size(); ++i) {
            one["seconds"][parts[i]] = by_part[i].median();
            std::cerr << fmt::format("  {:26} {:8.1f} ms\n", parts[i], 1e3 * by_part[i].median());
        }
        results.push_back(one);
    }
    if (options.json) print_json(bench_json(results));
}

}  // namespace caloforge::app
