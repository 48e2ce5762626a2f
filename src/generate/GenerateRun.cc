#include "generate/GenerateRun.hh"

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/Clock.hh"
#include "core/Error.hh"
#include "core/Progress.hh"
#include "core/Random.hh"
#include "core/StopSignal.hh"

namespace caloforge::generate {

using core::Clock;
using core::seconds_since;

GenerateTimes generate_to_file(ShowerGenerator& generator, const GenerateRun& run,
                               const std::filesystem::path& path, data::WriteOptions options) {
    const auto start = Clock::now();
    GenerateTimes times;
    data::ShowerWriter writer(path, generator.detector().grid(), std::move(options));
    core::Progress progress("generate", run.count, "showers");
    std::vector<float> incident;
    for (std::uint64_t done = 0; done < run.count;) {
        if (core::stop_requested()) throw core::RunError("stopped by a signal; no file was written.");
        incident.resize(std::min<std::uint64_t>(run.batch, run.count - done));
        for (std::size_t j = 0; j < incident.size(); ++j) {
            incident[j] =
                static_cast<float>(run.energy.draw({run.seed, run.first + done + j}, core::energy_stream));
        }
        const auto begin = Clock::now();
        std::vector<float> impact;
        for (std::size_t j = 0; run.impact && j < incident.size(); ++j)
            impact.insert(impact.end(), run.impact->begin(), run.impact->end());
        data::ShowerBatch batch = generator.generate(run.seed, run.first + done, {incident, impact});
        times.network += seconds_since(begin);
        // Models do not say which particle's showers they make; files have always said electrons.
        std::ranges::fill(batch.conditions.add(sample::particle_field), 11.0F);
        done += incident.size();
        writer.append(std::move(batch));
        progress.update(done);
    }
    writer.commit();
    times.total = seconds_since(start);
    return times;
}

}  // namespace caloforge::generate
