#include "validate/Summary.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

std::size_t samples_per_batch(std::size_t asked, std::size_t bytes) {
    return std::clamp<std::size_t>(asked, 1, std::max<std::size_t>(1, batch_bytes / bytes));
}

// Reduces the samples of sub-samples worker, worker + workers, ... of every batch, in the order of their
// numbers: so no sum depends on how many workers or batches there are.
void reduce(BatchRing& ring, std::size_t worker, std::size_t workers, const Observables& observables,
            Summary& summary) {
    const std::size_t columns = summary.table.columns();
    for (std::uint64_t turn = 0;; ++turn) {
        const NumberedBatch* batch = ring.take(turn);
        if (batch == nullptr) return;
        for (std::size_t i = 0; i < batch->samples().rows(); ++i) {
            const std::size_t row = batch->first() + i;
            const std::size_t sub_sample = row % sub_samples;
            if (sub_sample % workers != worker) continue;
            const sample::Row sample(batch->samples(), i);
            const auto values = std::span(summary.table.values).subspan(row * columns, columns);
            if (summary.tally)
                summary.tally->take(sample, sub_sample, values);
            else
                observables.fill(sample, values);
        }
        ring.done(turn);
    }
}

// Room for the conditions of `rows` samples, whose widths the first batch shows.
void name_conditions(const sample::ColumnsView& samples, const std::vector<std::string>& conditions,
                     std::size_t rows, ObservableTable& table) {
    for (const std::string& field : conditions) {
        for (std::size_t i = 0; i < samples.values(field).size() / samples.rows(); ++i)
            table.condition_names.push_back(fmt::format("{}[{}]", field, i));
    }
    table.conditions.resize(rows * table.condition_names.size());
}

// Takes the conditions of a batch into the table, the binning variable's into its extent, too.
void extend(Summary& summary, const sample::ColumnsView& samples, std::size_t first,
            const std::vector<std::string>& conditions, const Binning& binning, const std::string& name,
            const SampleWord& word) {
    const auto values = samples.values(binning.field);
    if (values.size() != samples.rows()) {
        throw core::InputError(
            fmt::format("{} has no single `{}` for each {} (the field that it is to be "
                        "compared by). Compare by another field?",
                        name, binning.field, word.one));
    }
    ObservableTable& table = summary.table;
    std::size_t column = 0;
    for (const std::string& field : conditions) {
        const auto given = samples.values(field);
        const std::size_t width = given.size() / samples.rows();
        for (std::size_t i = 0; i < given.size(); ++i)
            table.conditions[(first + i / width) * table.condition_names.size() + column + i % width] =
                given[i];
        column += width;
    }
    Extent& extent = summary.extent;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double value = values[i];
        if (!(binning.positive ? value > 0 : std::isfinite(value))) {
            throw core::InputError(fmt::format("{} {} of {} has no {} ({} {}). Leave such {} out?", word.one,
                                               first + i, name, binning.label, value, binning.unit,
                                               word.many));
        }
        summary.table.binning[first + i] = values[i];
        extent.low = extent.samples == 0 ? value : std::min(extent.low, value);
        extent.high = extent.samples == 0 ? value : std::max(extent.high, value);
        ++extent.samples;
    }
}

// Takes the slices that the samples of a batch lie in.
void slice(const sample::ColumnsView& samples, std::size_t first, const Slicing& slicing,
           const std::string& name, std::vector<std::uint8_t>& into) {
    const auto values = samples.values(slicing.field);
    const std::size_t width = samples.rows() > 0 ? values.size() / samples.rows() : 0;
    if (width <= slicing.element)
        throw core::InputError(fmt::format("{} does not say `{}`. Compare without it?", name, slicing.field));
    for (std::size_t i = 0; i < samples.rows(); ++i) {
        if (const auto found = slicing.slice_of(values[i * width + slicing.element]))
            into[first + i] = static_cast<std::uint8_t>(*found);
    }
}

}  // namespace

Summary summarise(const SampleSet& set, const std::string& name, const Observables& observables,
                  const Binning& binning, const Range& compared, const ReadPlan& plan,
                  const std::vector<Slicing>& slicings) {
    Summary summary{observables.tally(Bins(binning, compared), slicings), {}, {}};
    summary.table.slices.assign(slicings.size(),
                                std::vector<std::uint8_t>(set.size(), ObservableTable::no_slice));
    summary.table.names = observables.list().names();
    summary.table.own = observables.list().own_columns();
    for (const std::size_t column : summary.table.own) {
        if (observables.list()[column].grows) summary.table.grows.push_back(column);
    }
    summary.table.values.resize(set.size() * observables.list().size());
    summary.table.binning.resize(set.size());
    const std::size_t count = worker_count(plan.threads);
    BatchRing ring(count);
    {
        std::vector<std::jthread> workers;
        // Declared behind the workers, so that it closes the ring before they are joined, come what may.
        struct Closer {
            BatchRing& ring;
            ~Closer() { ring.close(); }
        };
        const Closer closer{ring};
        for (std::size_t worker = 0; worker < count; ++worker) {
            workers.emplace_back([&, worker] {
                try {
                    reduce(ring, worker, count, observables, summary);
                } catch (...) {
                    ring.fail(std::current_exception());
                }
            });
        }
        const std::vector<std::string> conditions = set.conditions();
        const std::size_t batch_size = samples_per_batch(plan.batch_size, set.bytes_per_sample());
        set.for_each_batch(batch_size, [&](const sample::ColumnsView& samples, std::size_t first) {
            if (summary.table.condition_names.empty())
                name_conditions(samples, conditions, set.size(), summary.table);
            extend(summary, samples, first, conditions, binning, name, observables.list().word);
            for (std::size_t s = 0; s < slicings.size(); ++s)
                slice(samples, first, slicings[s], name, summary.table.slices[s]);
            ring.put(samples, first);
            if (plan.on_samples) plan.on_samples(summary.extent.samples);
        });
    }
    ring.rethrow();
    return summary;
}

}  // namespace caloforge::validate
