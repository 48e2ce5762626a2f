#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/Progress.hh"
#include "data/ShowerWriter.hh"
#include "montecarlo/ShowerSimulator.hh"
#include "study/Beam.hh"

namespace caloforge::study {

/// Which showers of a run: [first, first + count).
struct ShowerRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
};

/// Where the energy of all showers so far went, GeV, and what went wrong.
struct SimulationSummary {
    std::uint64_t showers = 0;
    double incident = 0;
    double active = 0;   ///< in the active slabs
    double outside = 0;  ///< of it, beside all cells
    double passive = 0;
    double leaked = 0;
    double worst_balance = 0;  ///< largest |deposits + leakage - incident| / incident of a shower
    std::uint64_t stuck = 0;   ///< particles ended by force

    void add(double incident_energy, const montecarlo::ShowerSimulator::Report& report);
    core::Json json() const;
};

/// Simulates a range of showers on `threads` threads into one file, which appears whole or not at all. Memory
/// is bounded; the showers are in order. A stop signal ends it with RunError.
void simulate_to_file(const montecarlo::ShowerSimulator& simulator, const Beam& beam, std::uint64_t seed,
                      ShowerRange range, std::size_t threads, const std::filesystem::path& path,
                      const data::WriteOptions& options, core::Progress& progress,
                      SimulationSummary& summary);

/// One file of a run that is split.
struct Shard {
    std::filesystem::path path;
    ShowerRange range;
};

/// `count` showers in files of `per_file`: one file `out`, or out_0001.h5, out_0002.h5, ... Throws UsageError
/// for more than a million files.
std::vector<Shard> plan_shards(const std::filesystem::path& out, ShowerRange range, std::uint64_t per_file);

/// Which of how many processes this is, as OpenMPI, PMI (MPICH) and Slurm's steps tell their processes in the
/// environment; 0 of 1 otherwise. Shards are dealt out in turn, nothing is communicated.
struct ProcessRank {
    std::size_t rank = 0;
    std::size_t size = 1;
};
ProcessRank process_rank();

}  // namespace caloforge::study
