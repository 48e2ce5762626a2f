#include "study/TrackTrace.hh"

#include <cmath>

#include "core/AtomicFile.hh"
#include "core/Log.hh"

namespace caloforge::study {

void write_trace(const montecarlo::ShowerSimulator& simulator, const sample::Key& key,
                 const montecarlo::Incident& incident, double least_energy,
                 const std::filesystem::path& path) {
    montecarlo::ShowerSimulator::Workspace workspace(simulator);
    core::Json segments = core::Json::array();
    const auto rounded = [](double mm) { return std::round(mm * 1e3) / 1e3; };
    workspace.transport().set_trace([&](const montecarlo::TraceSegment& piece) {
        if (piece.energy < least_energy) return;
        core::Json one = {static_cast<int>(piece.kind), static_cast<float>(piece.energy)};
        for (const auto& point : {piece.from, piece.to}) {
            for (const double x : point) one.push_back(rounded(x));
        }
        segments.push_back(std::move(one));
    });
    std::vector<float> cells(simulator.readout().cells());
    (void)simulator.simulate(key, incident, workspace, cells);
    const core::Json out = {{"units", {{"length", "mm"}, {"energy", "GeV"}}},
                            {"depth", simulator.stack().zones().back().high},
                            {"seed", key.seed},
                            {"shower", key.number},
                            {"incident", static_cast<float>(incident.energy)},
                            {"kinds", {"gamma", "e-", "e+", "mu-", "mu+"}},
                            {"segments", std::move(segments)}};
    core::write_text(path, core::to_text(out) + "\n");
    core::info("wrote {} pieces of tracks to {}", out["segments"].size(), path.string());
}

}  // namespace caloforge::study
