#include "study/GenerateRun.hh"

#include <algorithm>

#include "core/Clock.hh"
#include "core/Error.hh"
#include "core/Progress.hh"
#include "core/StopSignal.hh"
#include "study/ModelShowers.hh"

namespace caloforge::study {
namespace {

/// What the model was made of says which particle and direction, where it is not told.
void add_constants(sample::Columns& conditions, const infer::Model& model) {
    for (const sample::Constant& constant : model.constants()) {
        if (conditions.has(constant.field.name)) continue;
        const auto column = conditions.add(constant.field);
        for (std::size_t i = 0; i < column.size(); ++i) column[i] = constant.value[i % constant.value.size()];
    }
    // Models of version 0.1 do not say, and are of electrons.
    constexpr float electron = 11;
    const bool says = model.document().contains("constants");
    if (!says && !conditions.has(sample::particle_field.name))
        std::ranges::fill(conditions.add(sample::particle_field), electron);
}

}  // namespace

using core::Clock;
using core::seconds_since;

GenerateTimes generate_to_file(infer::Team& team, const GenerateRun& run, const std::filesystem::path& path,
                               data::WriteOptions options) {
    check(run.conditions, team.model());
    const auto start = Clock::now();
    GenerateTimes times;
    data::ShowerWriter writer(path, team.model().readout(), std::move(options));
    core::Progress progress("generate", run.count, "showers");
    for (std::uint64_t done = 0; done < run.count;) {
        if (core::stop_requested()) throw core::RunError("stopped by a signal; no file was written.");
        const auto keys = sample::consecutive(run.seed, run.first + done,
                                              std::min<std::uint64_t>(run.batch, run.count - done));
        const sample::Columns asked = draw(run.conditions, team.model(), keys);
        const auto begin = Clock::now();
        data::ShowerBatch batch = make_showers(team, keys, asked.view());
        times.network += seconds_since(begin);
        add_constants(batch.conditions, team.model());
        done += keys.size();
        writer.append(std::move(batch));
        progress.update(done);
    }
    writer.commit();
    times.total = seconds_since(start);
    return times;
}

}  // namespace caloforge::study
