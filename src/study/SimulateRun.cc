#include "study/SimulateRun.hh"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "core/Error.hh"
#include "core/StopSignal.hh"

namespace caloforge::study {
namespace {

using montecarlo::ShowerSimulator;

// Showers as they get ready, in any order, for one thread that writes them in order.
class OrderedShowers {
  public:
    struct Item {
        data::ShowerBatch batch;
        ShowerSimulator::Report report;
    };

    explicit OrderedShowers(std::uint64_t window) : window_(window) {}

    // Waits while `index` is too far ahead of what was taken; false when the run has ended.
    bool may_start(std::uint64_t index) {
        std::unique_lock lock(mutex_);
        moved_.wait(lock, [&] { return ended_ || index < taken_ + window_; });
        return !ended_;
    }
    void put(std::uint64_t index, Item item) {
        const std::lock_guard lock(mutex_);
        ready_.emplace(index, std::move(item));
        filled_.notify_one();
    }
    Item take() {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [&] { return error_ || (!ready_.empty() && ready_.begin()->first == taken_); });
        if (error_) std::rethrow_exception(error_);
        Item item = std::move(ready_.begin()->second);
        ready_.erase(ready_.begin());
        ++taken_;
        moved_.notify_all();
        return item;
    }
    void end(std::exception_ptr error = nullptr) {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        if (error && !error_) error_ = error;
        moved_.notify_all();
        filled_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable filled_;
    std::condition_variable moved_;
    std::map<std::uint64_t, Item> ready_;
    std::uint64_t taken_ = 0;
    std::uint64_t window_;
    bool ended_ = false;
    std::exception_ptr error_;
};

OrderedShowers::Item simulate_one(const ShowerSimulator& simulator,
                                  std::span<ShowerSimulator::Workspace> workspaces, const sample::Key& key,
                                  const montecarlo::Incident& incident) {
    OrderedShowers::Item item;
    data::ShowerBatch& batch = item.batch;
    batch.readout = simulator.readout();
    batch.cells.resize(batch.readout.cells());
    item.report = simulator.simulate(key, incident, workspaces, batch.cells);
    const auto [x, y] = item.report.impact;
    batch.conditions = sample::Columns(1);
    batch.conditions.add(sample::energy_field, {static_cast<float>(incident.energy)});
    batch.conditions.add(sample::impact_field, {x, y});
    batch.conditions.add(sample::direction_field,
                         {static_cast<float>(incident.theta), static_cast<float>(incident.phi)});
    batch.conditions.add(sample::particle_field,
                         {static_cast<float>(montecarlo::pdg_code(incident.particle))});
    return item;
}

std::size_t number_from(const char* name, std::size_t fallback) {
    const char* text = std::getenv(name);
    if (!text) return fallback;
    char* end = nullptr;
    const auto value = std::strtoull(text, &end, 10);
    return end != text && *end == '\0' ? value : fallback;
}

}  // namespace

void SimulationSummary::add(double incident_energy, const ShowerSimulator::Report& report) {
    ++showers;
    incident += incident_energy;
    active += report.balance.active;
    outside += report.outside;
    passive += report.balance.passive;
    leaked += report.balance.leaked;
    stuck += report.balance.stuck;
    worst_balance = std::max(worst_balance, std::abs(report.balance.sum() / incident_energy - 1));
}

core::Json SimulationSummary::json() const {
    const double all = std::max(incident, 1e-300);
    return {{"showers", showers},
            {"active_fraction", active / all},
            {"active_outside_cells_fraction", outside / all},
            {"passive_fraction", passive / all},
            {"leaked_fraction", leaked / all},
            {"worst_energy_balance", worst_balance},
            {"stuck_particles", stuck}};
}

void simulate_to_file(const ShowerSimulator& simulator, const Beam& beam, std::uint64_t seed,
                      ShowerRange range, std::size_t threads, const std::filesystem::path& path,
                      const data::WriteOptions& options, core::Progress& progress,
                      SimulationSummary& summary) {
    data::ShowerWriter writer(path, simulator.readout(), options);
    OrderedShowers showers(16 * threads);
    std::atomic<std::uint64_t> next = 0;
    std::vector<std::jthread> workers;
    // Whatever ends this function, no worker waits for it.
    struct End {
        OrderedShowers& showers;
        ~End() { showers.end(); }
    } end{showers};
    // Where there are fewer showers than threads, several take one.
    const std::size_t at_once = static_cast<std::size_t>(std::clamp<std::uint64_t>(range.count, 1, threads));
    for (std::size_t t = 0; t < at_once; ++t) {
        const std::size_t share = threads / at_once + (t < threads % at_once ? 1 : 0);
        workers.emplace_back([&, share] {
            try {
                std::vector<ShowerSimulator::Workspace> workspaces;
                for (std::size_t i = 0; i < share; ++i) workspaces.emplace_back(simulator);
                for (std::uint64_t i = next++; i < range.count && showers.may_start(i); i = next++) {
                    if (core::stop_requested())
                        throw core::RunError(
                            fmt::format("stopped by a signal; {} was not written.", path.string()));
                    const sample::Key key{seed, range.first + i};
                    showers.put(i, simulate_one(simulator, workspaces, key, beam.draw(key)));
                }
            } catch (...) {
                showers.end(std::current_exception());
            }
        });
    }
    for (std::uint64_t done = 0; done < range.count; ++done) {
        OrderedShowers::Item item = showers.take();
        summary.add(item.batch.conditions.values("energy")[0], item.report);
        writer.append(std::move(item.batch));
        progress.update(summary.showers);
    }
    writer.commit();
}

std::vector<Shard> plan_shards(const std::filesystem::path& out, ShowerRange range, std::uint64_t per_file) {
    if (range.count <= per_file) return {{out, range}};
    constexpr std::uint64_t most_files = 1'000'000;
    const std::uint64_t files = range.count / per_file + (range.count % per_file > 0 ? 1 : 0);
    if (files > most_files) {
        throw core::UsageError(
            fmt::format("{} showers in files of {} are {} files (at most {}). Put more into each?",
                        range.count, per_file, files, most_files));
    }
    std::vector<Shard> shards;
    for (std::uint64_t done = 0; done < range.count; done += per_file) {
        const auto name =
            fmt::format("{}_{:04}{}", out.stem().string(), shards.size() + 1, out.extension().string());
        shards.push_back(
            {out.parent_path() / name, {range.first + done, std::min(per_file, range.count - done)}});
    }
    return shards;
}

ProcessRank process_rank() {
    constexpr const char* names[][2] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                        {"PMI_RANK", "PMI_SIZE"},
                                        // Of the step: a script under sbatch sees its job's numbers, too.
                                        {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS"}};
    for (const auto& [rank_name, size_name] : names) {
        const std::size_t size = number_from(size_name, 0);
        const std::size_t rank = number_from(rank_name, size);
        if (size > 0 && rank < size) return {rank, size};
    }
    return {};
}

}  // namespace caloforge::study
