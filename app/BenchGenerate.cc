#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

#include "Bench.hh"
#include "Command.hh"
#include "MultiplyAddLoop.hh"
#include "Stopwatch.hh"
#include "TorchPart.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Machine.hh"
#include "engine/cpu/Engine.hh"
#include "infer/Team.hh"
#include "kernels/InstructionSet.hh"
#include "kernels/Peak.hh"
#include "study/GenerateRun.hh"
#include "study/ModelShowers.hh"

namespace caloforge::app {
namespace {

using core::Json;

/// Of the shower's largest cell, between the engine and libtorch, and between a shower alone and in a batch
/// through libtorch (1e-5 is the aim there, which the shipped, undertrained model misses: doc/decision/005).
/// Beyond this the timing would be of another result.
constexpr double allowed_difference = 1e-4;

const sample::Condition::Range& trained_energies(const infer::Model& model) {
    const sample::Condition* energy = model.conditions().find(sample::energy_field.name);
    if (!energy || energy->ranges.empty())
        throw core::InputError(fmt::format("the model `{}` takes no range of energies.", model.name()));
    return energy->ranges[0];
}

std::vector<float> energies(const infer::Model& model, std::size_t count) {
    const auto& [low, high] = trained_energies(model);
    std::vector<float> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
        out[i] = static_cast<float>(low + share * (high - low));
    }
    return out;
}

/// Showers first, first + 1, ... of seed 1.
data::ShowerBatch make(infer::Team& team, std::uint64_t first, std::span<const float> incident) {
    return study::make_showers(team, sample::consecutive(1, first, incident.size()),
                               sample::ColumnsView(incident.size()).add(sample::energy_field.name, incident));
}

/// max |a - b| over cells / largest cell of the same shower, over all showers.
double max_rel_diff(const data::ShowerBatch& a, const data::ShowerBatch& b) {
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto x = a.shower(i), y = b.shower(i);
        double difference = 0, largest = 0;
        for (std::size_t c = 0; c < x.size(); ++c) {
            difference = std::max(difference, std::abs(static_cast<double>(x[c]) - y[c]));
            largest = std::max(largest, static_cast<double>(x[c]));
        }
        if (largest > 0) worst = std::max(worst, difference / largest);
    }
    return worst;
}

/// The same showers one by one through `plain`: libtorch, where it is there.
double verify(infer::Team& team, infer::Team& plain, std::size_t batch) {
    const auto incident = energies(team.model(), batch);
    const auto together = make(team, 0, incident);
    double worst = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(batch, 8); ++i) {
        const auto alone = make(plain, i, std::span(incident).subspan(i, 1));
        data::ShowerBatch same = alone;
        same.cells.assign(together.shower(i).begin(), together.shower(i).end());
        worst = std::max(worst, max_rel_diff(alone, same));
    }
    if (!(worst <= allowed_difference)) {
        throw core::RunError(fmt::format(
            "a shower of batch {} ({}) differs by {} of its largest cell from the same shower made "
            "alone ({}; {} is allowed).",
            batch, team.model().backend().name(), worst, plain.model().backend().name(), allowed_difference));
    }
    return worst;
}

Json result(const BenchOptions& options, const infer::Team& team, std::size_t batch, const Timings& timings,
            std::size_t showers) {
    const double per_shower = timings.median() / static_cast<double>(showers);
    return {{"what", "generate"},
            {"backend", team.model().backend().name()},
            {"device", options.device},
            {"batch", batch},
            {"threads", team.threads()},
            {"ranks", 1},
            {"ms_per_shower", 1e3 * per_shower},
            {"showers_per_s", 1 / per_shower},
            {"spread", timings.spread()},
            {"repeats", timings.repeats()}};
}

/// The engine's arithmetic per second, and on a CPU as a share of what the threads reach with multiply-adds
/// alone at this moment.
void add_work(Json& one, const infer::Team& team) {
    double macs = 0;
    for (const auto& step : team.model().backend().plan()) macs += static_cast<double>(step.macs);
    if (!(macs > 0)) return;
    const double gflops = 2e-9 * macs * one["showers_per_s"].get<double>();
    const auto busy = std::min(static_cast<std::size_t>(team.threads()), one["batch"].get<std::size_t>());
    one["macs_per_shower"] = macs;
    one["gflops"] = gflops;
    if (team.model().backend().name() != "native") return;
    one["share_of_peak"] = gflops / (kernels::multiply_add_peak() * static_cast<double>(busy));
    one["instruction_set"] = kernels::instruction_set();
}

/// What several threads gain over one, as a share of what a loop of multiply-adds gains: both measured in
/// turn.
void add_gain(Json& one, infer::Team& alone, infer::Team& team, std::size_t batch) {
    const auto threads = static_cast<std::size_t>(team.threads());
    const auto incident = energies(team.model(), batch);
    const auto seconds = [&](infer::Team& of) {
        return time_repeatedly([&] { (void)make(of, 0, incident); }, 0, 5).median();
    };
    Timings share;
    for (int repeat = 0; repeat < 5; ++repeat) {
        const double gain = seconds(alone) / seconds(team);
        share.add(gain / (multiply_add_seconds(1) / multiply_add_seconds(threads)));
    }
    one["gain_over_multiply_add"] = share.median();
}

std::string line_of(const Json& one) {
    std::string work;
    if (one.contains("gflops")) work = fmt::format("  {:.0f} GFLOP/s", one["gflops"].get<double>());
    if (one.contains("share_of_peak")) {
        work += fmt::format(", {:.0f} % of the {} peak", 100 * one["share_of_peak"].get<double>(),
                            one["instruction_set"].get<std::string>());
    }
    if (one.contains("copied")) work += ", left on the device";
    if (one.contains("gain_over_multiply_add"))
        work += fmt::format(", gain {:.2f} of a multiply-add loop's",
                            one["gain_over_multiply_add"].get<double>());
    return fmt::format(
        "generate  {:15}  batch {:4}  {} threads  {:7.2f} ms/shower  {:7.1f} showers/s  ±{:.0f} %  "
        "(max_rel_diff {:.1e}){}\n",
        one["backend"].get<std::string>(), one["batch"].get<std::size_t>(), one["threads"].get<int>(),
        one["ms_per_shower"].get<double>(), one["showers_per_s"].get<double>(),
        100 * one["spread"].get<double>(), one["max_rel_diff"].get<double>(), work);
}

/// The same showers without their way from the device, by one thread of the host; nothing for a backend that
/// makes them in the host's memory.
std::optional<Json> bench_device(const BenchOptions& options, const infer::Team& team, std::size_t batch) {
    const infer::Model& model = team.model();
    const auto incident = energies(model, batch);
    const auto keys = sample::consecutive(1, 0, batch);
    const auto given = sample::ColumnsView(batch).add(sample::energy_field.name, incident);
    const sample::Columns all = model.session().prepare(keys, given);
    const auto run = model.backend().begin();
    if (!run->compute(keys, all.view())) return std::nullopt;
    constexpr int least = 5;
    const Timings timings =
        time_repeatedly([&] { (void)run->compute(keys, all.view()); }, options.seconds, least);
    Json one = result(options, team, batch, timings, batch);
    one["threads"] = 1;
    one["copied"] = false;
    add_work(one, team);
    return one;
}

/// The way to a file against the same showers in memory, in turn, so that both see the same machine.
Json bench_file(const BenchOptions& options, infer::Team& team, std::size_t batch, int gzip) {
    const auto folder =
        std::filesystem::temp_directory_path() / fmt::format("caloforge-bench-{}", ::getpid());
    const auto path = folder / "showers.h5";
    // As many as take about the asked time, in whole batches, so that both ways do the same work.
    const auto incident = energies(team.model(), batch);
    const double per_batch = time_repeatedly([&] { (void)make(team, 0, incident); }, 0, 1).median();
    const auto batches = static_cast<std::size_t>(std::clamp(options.seconds / per_batch, 2.0, 4096.0));
    const std::size_t file_showers = batches * batch;
    const auto& [low, high] = trained_energies(team.model());
    const study::GenerateRun run{
        {{sample::energy_field, {sample::Distribution::range(low, high)}}}, file_showers, 1, 0, batch};
    Timings file, memory;
    for (int repeat = 0; repeat < 5; ++repeat) {
        memory.add(time_repeatedly([&] { (void)make(team, 0, incident); }, 0, batches).median() *
                   static_cast<double>(batches));
        data::WriteOptions write;
        write.gzip_level = gzip;
        file.add(study::generate_to_file(team, run, path, write).total);
    }
    std::filesystem::remove_all(folder);
    Json out = result(options, team, batch, file, file_showers);
    out["what"] = "generate to file";
    out["gzip"] = gzip;
    out["share_of_memory_speed"] = memory.median() / file.median();
    return out;
}

/// All backends on `threads` threads, batch by batch, so that they see the same machine.
void bench_threads(const BenchOptions& options, int threads, Json& results) {
    const std::vector<std::size_t> batches =
        options.batches.empty() ? std::vector<std::size_t>{1, 8, 16, 128, 1024} : options.batches;
    const auto team_of = [&](const char* backend, int count) {
        return infer::Team(infer::Model::find(options.model, {backend, options.device, count, false}), count);
    };
    std::vector<infer::Team> teams;
    for (const char* backend : {"native", "torch-rewritten", "torch"}) {
        if (!teams.empty() && !torch_missing().empty()) continue;
        teams.push_back(team_of(backend, threads));
        // On a GPU, and for a network that the engine does not know, two are the same.
        const auto name = [](const infer::Team& team) { return team.model().backend().name(); };
        if (teams.size() > 1 && name(teams.back()) == name(teams.rbegin()[1])) teams.pop_back();
    }
    // What the others are held against: libtorch where it is there, else the engine on the CPU.
    std::optional<infer::Team> on_cpu;
    if (options.device != "cpu" && !torch_missing().empty())
        on_cpu.emplace(infer::Model::find(options.model, {"native", "cpu", threads, false}), threads);
    infer::Team& plain = on_cpu ? *on_cpu : teams.back();
    std::optional<infer::Team> alone;  // the engine on one thread
    for (const std::size_t batch : batches) {
        for (infer::Team& team : teams) {
            const double difference = verify(team, plain, batch);
            const auto incident = energies(team.model(), batch);
            constexpr std::size_t large = 512;
            const Timings timings = time_repeatedly([&] { (void)make(team, 0, incident); }, options.seconds,
                                                    batch < large ? 5 : 3);
            Json one = result(options, team, batch, timings, batch);
            one["max_rel_diff"] = difference;
            one["compared_with"] = plain.model().backend().name();
            add_work(one, team);
            // Where every thread has the same to do.
            constexpr std::size_t together = engine::cpu::Engine::together;
            if (threads > 1 && team.model().backend().name() == "native" &&
                batch % (together * static_cast<std::size_t>(threads)) == 0) {
                if (!alone) alone.emplace(team_of("native", 1));
                add_gain(one, *alone, team, batch);
            }
            results.push_back(one);
            std::cerr << line_of(one);
            if (std::optional<Json> there = bench_device(options, team, batch)) {
                (*there)["max_rel_diff"] = difference;
                (*there)["compared_with"] = one["compared_with"];
                results.push_back(*there);
                std::cerr << line_of(*there);
            }
        }
    }
    constexpr std::size_t usual = 128;
    const bool has_usual = std::find(batches.begin(), batches.end(), usual) != batches.end();
    for (const int gzip : {0, 1}) {
        const Json one = bench_file(options, teams.front(), has_usual ? usual : batches.back(), gzip);
        results.push_back(one);
        std::cerr << fmt::format("to a file, gzip {}: {:.1f} showers/s, {:.0f} % of the speed in memory\n",
                                 gzip, one["showers_per_s"].get<double>(),
                                 100 * one["share_of_memory_speed"].get<double>());
    }
}

}  // namespace

void bench_generate(const BenchOptions& options) {
    if (!options.instruction_set.empty()) kernels::use_instruction_set(options.instruction_set);
    const auto all = static_cast<int>(core::thread_count(0));
    std::vector<int> threads = {1, all};
    if (options.threads > 0) threads = {options.threads};
    if (options.threads == 0 && all == 1) threads = {1};
    if (const std::string missing = torch_missing(); !missing.empty())
        core::info("without libtorch ({}) showers are compared with the same made {}", missing,
                   options.device == "cpu" ? "alone" : "on the CPU");
    Json results = Json::array();
    for (const int count : threads) bench_threads(options, count, results);
    if (options.json) print_json(bench_json(results));
}

}  // namespace caloforge::app
