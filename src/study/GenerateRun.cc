#include "study/GenerateRun.hh"

#include <algorithm>

#include "core/Clock.hh"
#include "core/Error.hh"
#include "core/Progress.hh"
#include "core/StopSignal.hh"
#include "study/ModelShowers.hh"

namespace caloforge::study {

using core::Clock;
using core::seconds_since;

GenerateTimes generate_to_file(infer::Team& team, const GenerateRun& run, const std::filesystem::path& path,
                               data::WriteOptions options) {
    check(run.conditions, team.model());
    const auto start = Clock::now();
    GenerateTimes times;
    data::ShowerWriter writer(path, team.model().detector().grid(), std::move(options));
    core::Progress progress("generate", run.count, "showers");
    for (std::uint64_t done = 0; done < run.count;) {
        if (core::stop_requested()) throw core::RunError("stopped by a signal; no file was written.");
        const auto keys = sample::consecutive(run.seed, run.first + done,
                                              std::min<std::uint64_t>(run.batch, run.count - done));
        const sample::Columns asked = draw(run.conditions, team.model(), keys);
        const auto begin = Clock::now();
        data::ShowerBatch batch = make_showers(team, keys, asked.view());
        times.network += seconds_since(begin);
        // A model that is not told which particle makes those of electrons: files have always said so.
        constexpr float electron = 11;
        if (!batch.conditions.has(sample::particle_field.name))
            std::ranges::fill(batch.conditions.add(sample::particle_field), electron);
        done += keys.size();
        writer.append(std::move(batch));
        progress.update(done);
    }
    writer.commit();
    times.total = seconds_since(start);
    return times;
}

}  // namespace caloforge::study
