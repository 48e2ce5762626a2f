#include <fmt/format.h>

#include <array>
#include <iostream>
#include <map>

#include "Bench.hh"
#include "Command.hh"
#include "OnRanks.hh"
#include "Stopwatch.hh"
#include "core/Error.hh"
#include "model/Device.hh"
#include "model/Memory.hh"
#include "model/Network.hh"
#include "model/Threads.hh"
#include "plugin/BenchTrainer.hh"

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

std::string kernels_toml(const std::string& kernels) {
    return "training.kernels = '" + kernels + "'\n";
}

using Gradients = std::map<std::string, torch::Tensor>;

/// Of one step in which all passes see the first weights, as good as.
Gradients gradients(const BenchOptions& options, const std::string& kernels, const std::string& precision) {
    constexpr std::size_t few = 2;  // float64 is slow
    BenchTrainer bench(options, "cpu", few,
                       kernels_toml(kernels) + "training.precision = '" + precision +
                           "'\noptimiser.learning_rate = 1e-12\n");
    for (auto* network : bench.trainer().networks()) off_the_kinks(*network);
    bench.step(0);
    Gradients out;
    for (auto* network : bench.trainer().networks()) {
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
std::array<double, 2> check_gradients(const BenchOptions& options) {
    constexpr double allowed_ratio = 10;  // where the sides of single sums decide
    constexpr double rounding = 1e-4;
    const Gradients native = gradients(options, "native", "float32"),
                    stock = gradients(options, "stock", "float32"),
                    exact = gradients(options, "stock", "float64");
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

/// study::Steps with one kind of kernels, by phase; what is printed and written of it.
struct Bench {
    Timings whole;
    std::vector<std::pair<std::string, Timings>> phases;
};

Bench time_steps(const BenchOptions& options, std::size_t batch, const std::string& toml) {
    BenchTrainer bench(options, options.device, batch, toml);
    Bench out;
    std::uint64_t number = 0;
    out.whole = time_repeatedly(
        [&] {
            const auto outcome = bench.step(number++);
            out.phases.resize(outcome.seconds.size());
            for (std::size_t i = 0; i < outcome.seconds.size(); ++i) {
                out.phases[i].first = outcome.seconds[i].first;
                out.phases[i].second.add(outcome.seconds[i].second);
            }
        },
        options.seconds);
    return out;
}

void bench_one_rank(const BenchOptions& options) {
    const std::vector<std::size_t> batches =
        options.batches.empty() ? std::vector<std::size_t>{16} : options.batches;
    model::use_threads(options.threads);
    model::keep_memory();
    // Elsewhere both are the same.
    if (options.kernels == "native" && !bench_abilities(options).kernels) {
        throw core::UsageError(fmt::format(
            "--kernels native: the network {} has none of its own. Leave it out?", network_of(options)));
    }
    const bool has_native = bench_abilities(options).kernels && model::find_device(options.device).is_cpu() &&
                            options.precision == "float32";
    const auto off = has_native ? check_gradients(options) : std::array<double, 2>{};
    Json results = Json::array();
    for (const std::size_t wanted : batches) {
        const std::size_t batch = std::max<std::size_t>(wanted, 2);
        double stock_seconds = 0;
        for (const std::string kernels : {"stock", "native"}) {
            if (kernels == "native" && !has_native) continue;
            if (has_native && options.kernels != "both" && options.kernels != kernels) continue;
            const Bench bench = time_steps(options, batch, has_native ? kernels_toml(kernels) : "");
            const double per_shower = bench.whole.median() / static_cast<double>(batch);
            Json one = {{"what", "train"},
                        {"network", network_of(options)},
                        {"backend", kernels},
                        {"device", options.device},
                        {"precision", options.precision},
                        {"batch", batch},
                        {"threads", model::threads_used()},
                        {"ranks", 1},
                        {"ms_per_shower", 1e3 * per_shower},
                        {"showers_per_s", 1 / per_shower},
                        {"spread", bench.whole.spread()},
                        {"repeats", bench.whole.repeats()}};
            std::string beside;
            if (kernels == "native") {
                one["max_rel_diff"] = off[0];
                beside = fmt::format("  (gradients within {:.1g}, stock {:.1g})", off[0], off[1]);
                if (stock_seconds > 0) beside += fmt::format("  {:.1f} x stock", stock_seconds / per_shower);
            } else {
                stock_seconds = per_shower;
            }
            std::cerr << fmt::format(
                "train     {} {:7} batch {:4}  {} threads  {}  {:7.2f} ms/shower  {:7.1f} showers/s  "
                "±{:.0f} %{}\n",
                network_of(options), kernels, batch, model::threads_used(), options.precision,
                1e3 * per_shower, 1 / per_shower, 100 * bench.whole.spread(), beside);
            for (const auto& [phase, timings] : bench.phases) {
                one["seconds"][phase] = timings.median();
                std::cerr << fmt::format("  {:26} {:8.1f} ms\n", phase, 1e3 * timings.median());
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
