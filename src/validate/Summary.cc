#include "validate/Summary.hh"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "core/Error.hh"
#include "core/Machine.hh"
#include "validate/BatchRing.hh"

namespace caloforge::validate {
namespace {

constexpr std::size_t batch_bytes = 32 << 20;

std::size_t worker_count(std::size_t asked) {
    return std::min(core::thread_count(asked), sub_samples);  // a sub-sample is never shared
}

std::size_t showers_per_batch(std::size_t asked, std::size_t cells) {
    const std::size_t fitting = std::max<std::size_t>(1, batch_bytes / (sizeof(float) * cells));
    return std::clamp<std::size_t>(asked, 1, fitting);
}

// Reduces the showers of sub-samples worker, worker + workers, ... of every batch, in the order of their
// numbers: so no sum depends on how many workers or batches there are.
void reduce(BatchRing& ring, std::size_t worker, std::size_t workers, const ShowerObserver& observer,
            const EventObservables& observables, Summary& summary) {
    ShowerObservables shower;
    const std::size_t columns = observables.size();
    for (std::uint64_t turn = 0;; ++turn) {
        const NumberedBatch* numbered = ring.take(turn);
        if (numbered == nullptr) return;
        const auto energies = numbered->batch.conditions.values("energy");
        for (std::size_t i = 0; i < numbered->batch.size(); ++i) {
            const std::size_t sub_sample = (numbered->first + i) % sub_samples;
            if (sub_sample % workers != worker) continue;
            observer.observe(numbered->batch.shower(i), energies[i], shower);
            summary.sums.add(sub_sample, observer, shower);
            const std::size_t row = numbered->first + i;
            observables.fill(shower, std::span(summary.table.values).subspan(row * columns, columns));
            summary.table.incident[row] = energies[i];
        }
        ring.done(turn);
    }
}

void extend(EnergyExtent& energies, const data::ShowerBatch& batch, std::size_t first,
            const std::string& name) {
    const auto incident = batch.conditions.values("energy");
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const double energy = incident[i];
        if (!(energy > 0)) {
            throw core::InputError(
                fmt::format("shower {} of {} has no incident energy ({} GeV), so it has no "
                            "sampling fraction. Leave such showers out?",
                            first + i, name, energy));
        }
        energies.low = energies.showers == 0 ? energy : std::min(energies.low, energy);
        energies.high = std::max(energies.high, energy);
        ++energies.showers;
    }
}

}  // namespace

Summary summarise(const data::ShowerSet& set, const std::string& name, const ShowerObserver& observer,
                  const EventObservables& observables, const EnergyBins& bins, const ReadPlan& plan) {
    Summary summary{Accumulator(observer, bins), {}, {}};
    summary.table.names = observables.names();
    summary.table.values.resize(set.size() * observables.size());
    summary.table.incident.resize(set.size());
    BatchRing ring(worker_count(plan.threads));
    {
        std::vector<std::jthread> workers;
        const std::size_t count = worker_count(plan.threads);
        // Declared behind the workers, so that it closes the ring before they are joined, come what may.
        struct Closer {
            BatchRing& ring;
            ~Closer() { ring.close(); }
        };
        const Closer closer{ring};
        for (std::size_t worker = 0; worker < count; ++worker) {
            workers.emplace_back([&, worker] {
                try {
                    reduce(ring, worker, count, observer, observables, summary);
                } catch (...) {
                    ring.fail(std::current_exception());
                }
            });
        }
        const std::size_t batch_size = showers_per_batch(plan.batch_size, set.readout().cells());
        set.for_each_batch(batch_size, [&](const data::ShowerBatch& batch, std::size_t first) {
            extend(summary.energies, batch, first, name);
            ring.put(batch, first);
            if (plan.on_showers) plan.on_showers(summary.energies.showers);
        });
    }
    ring.rethrow();
    return summary;
}

}  // namespace caloforge::validate
