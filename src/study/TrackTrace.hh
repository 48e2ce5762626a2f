#pragma once

#include <cstdint>
#include <filesystem>

#include "montecarlo/ShowerSimulator.hh"

namespace caloforge::study {

/// Simulates one shower once more and writes the pieces of its tracks above `least_energy` (GeV):
/// {"units": {"length": "mm", "energy": "GeV"}, "depth", "seed", "shower", "incident", "kinds": [...],
/// "segments":
/// [[kind, energy, x0, y0, z0, x1, y1, z1], ...]}, kind an index into `kinds`.
void write_trace(const montecarlo::ShowerSimulator& simulator, const sample::Key& key,
                 const montecarlo::Incident& incident, double least_energy,
                 const std::filesystem::path& path);

}  // namespace caloforge::study
