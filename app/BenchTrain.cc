#include <fmt/format.h>

#include <array>
#include <iostream>
#include <map>

#include "Bench.hh"
#include "Command.hh"
#include "MadeUpShowers.hh"
#include "OnRanks.hh"
#include "Stopwatch.hh"
#include "core/Error.hh"
#include "model/Memory.hh"
#include "train/GanStep.hh"

namespace caloforge::app {
namespace {

using core::Json;

/// With biases of zero, as they begin, empty parts of showers make sums of exactly zero, where the slope of a
/// leaky ReLU is a matter of rounding.
void off_the_kinks(model::Network& network) {
    constexpr double shift = 0.1;
    const torch::NoGradGuard no_grad;
    for (auto& item : network.named_parameters()) {
        if (item.key().ends_with("/bias")) item.value().add_(shift);
    }
}

using Gradients = std::map<std::string, torch::Tensor>;

/// Of one step in which all passes see the first weights.
Gradients gradients(train::TrainConfig config, const data::ShowerBatch& showers) {
    config.learning_rate = 0;
    train::GanStep step(config, made_up_normalisation());
    const std::array networks{&step.discriminator(), &step.generator()};
    for (auto* network : networks) off_the_kinks(*network);
    step(showers, 0);
    Gradients out;
    for (auto* network : networks) {
        for (const auto& item : network->named_parameters())
            out[network->spec().name + ": " + item.key()] = item.value().grad().to(torch::kFloat64);
    }
    return out;
}

/// Largest differences in units of each tensor's largest number, by tensor.
std::map<std::string, double> differences(const Gradients& a, const Gradients& exact) {
    std::map<std::string, double> out;
    for (const auto& [name, value] : exact)
        out[name] = ((a.at(name) - value).abs().max() / value.abs().max().clamp_min(1e-30)).item<double>();
    return out;
}

/// Native and stock gradients in float32 against libtorch's in float64: largest differences {native, stock}.
/// A sum that rounding turns about zero lets a leaky ReLU change sides, so that both are off by more than
/// rounding where that happens; native ones are right when they are off by no more than stock ones are.
/// Throws RunError when not.
std::array<double, 2> check_gradients(train::TrainConfig config) {
    constexpr std::size_t few = 2;        // float64 is slow
    constexpr double allowed_ratio = 10;  // where the sides of single sums decide
    constexpr double rounding = 1e-4;
    config.batch = few;
    const data::ShowerBatch showers = made_up_showers(few);
    config.kernels = "native";
    const Gradients native = gradients(config, showers);
    config.kernels = "stock";
    const Gradients stock = gradients(config, showers);
    config.precision = "float64";
    const Gradients exact = gradients(config, showers);
    const auto native_off = differences(native, exact), stock_off = differences(stock, exact);
    std::array<double, 2> worst{};
    for (const auto& [name, off] : native_off) {
        worst = {std::max(worst[0], off), std::max(worst[1], stock_off.at(name))};
    }
    if (!(worst[0] <= std::max(rounding, allowed_ratio * worst[1]))) {
        throw core::RunError(
            fmt::format("the gradients of the native kernels are off by {:.2g} of the largest, libtorch's by "
                        "{:.2g}. No times are "
                        "shown for wrong results.",
                        worst[0], worst[1]));
    }
    return worst;
}

void bench_one_rank(const BenchOptions& options) {
    const std::vector<std::size_t> batches =
        options.batches.empty() ? std::vector<std::size_t>{16} : options.batches;
    constexpr std::array<const char*, 4> parts{"discriminator, real", "discriminator, generated", "generator",
                                               "input"};
    if (options.threads > 0) torch::set_num_threads(options.threads);
    model::keep_memory();
    Json results = Json::array();
    for (const std::size_t batch : batches) {
        train::TrainConfig config;
        config.batch = std::max<std::size_t>(batch, 2);
        config.device = options.device;
        config.precision = options.precision;
        const auto showers = made_up_showers(config.batch);
        // Elsewhere both are the same.
        const bool has_native = model::find_device(options.device).is_cpu() && options.precision == "float32";
        const auto off = has_native ? check_gradients(config) : std::array<double, 2>{};
        double stock_seconds = 0;
        for (const std::string kernels : {"stock", "native"}) {
            if (kernels == "native" && !has_native) continue;
            if (options.kernels != "both" && options.kernels != kernels) continue;
            config.kernels = kernels;
            train::GanStep step(config, made_up_normalisation());
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
                        {"backend", kernels},
                        {"device", options.device},
                        {"precision", options.precision},
                        {"batch", config.batch},
                        {"threads", torch::get_num_threads()},
                        {"ranks", 1},
                        {"ms_per_shower", 1e3 * per_shower},
                        {"showers_per_s", 1 / per_shower},
                        {"spread", timings.spread()},
                        {"repeats", timings.repeats()}};
            std::string beside;
            if (kernels == "native") {
                one["max_rel_diff"] = off[0];
                beside = fmt::format("  (gradients within {:.1g}, stock {:.1g})", off[0], off[1]);
                if (stock_seconds > 0) beside += fmt::format("  {:.1f} x stock", stock_seconds / per_shower);
            } else {
                stock_seconds = per_shower;
            }
            std::cerr << fmt::format(
                "train     {:7} batch {:4}  {} threads  {}  {:7.2f} ms/shower  {:7.1f} showers/s  ±{:.0f} "
                "%{}\n",
                kernels, config.batch, torch::get_num_threads(), options.precision, 1e3 * per_shower,
                1 / per_shower, 100 * timings.spread(), beside);
            for (std::size_t i = 0; i < parts.size(); ++i) {
                one["seconds"][parts[i]] = by_part[i].median();
                std::cerr << fmt::format("  {:26} {:8.1f} ms\n", parts[i], 1e3 * by_part[i].median());
            }
            results.push_back(one);
        }
    }
    if (options.json) print_json(bench_json(results));
}

}  // namespace

void bench_train(const BenchOptions& options) {
    on_ranks([&](comm::Communicator& communicator) {
        if (!options.record.empty()) return bench_record(options, communicator);
        communicator.ranks() == 1 ? bench_one_rank(options) : bench_ranks(options, communicator);
    });
}

}  // namespace caloforge::app
