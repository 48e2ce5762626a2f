#include <fmt/format.h>

#include <numbers>

#include "Command.hh"
#include "ConditionOptions.hh"
#include "ShowerRunOptions.hh"
#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Hash.hh"
#include "core/Log.hh"
#include "core/Machine.hh"
#include "core/RunRecord.hh"
#include "core/Units.hh"
#include "data/ShowerFile.hh"
#include "study/SimulateRun.hh"
#include "study/TrackTrace.hh"

namespace caloforge::app {
namespace {

using core::Json;
namespace fs = std::filesystem;

struct Options : ShowerRunOptions {
    std::string detector = "clic-ecal";
    std::string particle = "e-";
    std::string theta = "0";
    std::string phi = "0";
    std::string binning = "cartesian";
    std::string scattering = "geant4";
    std::uint64_t per_file = 5000;
    bool resume = false;
    std::string trace;
    double trace_above = 10;
};

// What a file must say of itself to be a part of this run.
Json provenance(const Options& options, const geometry::Detector& detector, const study::ShowerRange& range) {
    // With what it said of its angle when it had one, and the beam's only where there is one: runs begun
    // before go on.
    Json described = detector.json();
    described["incidence"]["theta"] = 0.0;
    Json out = {{"command", "simulate"},
                {"detector", detector.name()},
                {"detector_fingerprint", core::Hash().add(described.dump()).hex()},
                {"particle", options.particle},
                {"energy", options.energy},
                {"binning", options.binning},
                {"scattering", options.scattering},
                {"seed", options.seed},
                {"first", range.first},
                {"count", range.count}};
    if (options.theta != "0") out["theta"] = options.theta;
    if (options.phi != "0") out["phi"] = options.phi;
    return out;
}

geometry::Readout readout_of(const Options& options, const geometry::Detector& detector) {
    if (options.binning == "cartesian") return detector.grid();
    if (detector.rings()) return *detector.rings();
    throw core::InputError(
        fmt::format("detector {} has no cylindrical cells. Add a table [cylinder] with rings, sectors and "
                    "ring_width to its file?",
                    detector.name()));
}

montecarlo::Scattering scattering_of(const Options& options) {
    return options.scattering == "exact" ? montecarlo::Scattering::exact : montecarlo::Scattering::geant4;
}

void check(const montecarlo::ShowerSimulator& simulator, const study::Beam& beam) {
    constexpr double degree = std::numbers::pi / 180;
    check_option("--energy", [&] { simulator.check_energies(beam.energy.low(), beam.energy.high()); });
    std::vector<double> codes = beam.particle.list();
    if (codes.empty()) codes.push_back(beam.particle.low());
    for (const double code : codes) {
        check_option("--particle", [&] {
            simulator.check_particle(montecarlo::kind_of_pdg(static_cast<int>(code)), beam.energy.high());
        });
        constexpr double little_radiation = 10 * units::GeV;
        if (std::abs(code) == 13 && beam.energy.high() > little_radiation)
            core::warning(
                "muons do not radiate here: in tungsten that is 6 % of their losses at 10 GeV, 40 % at 100");
    }
    check_option("--theta",
                 [&] { simulator.check_angles(beam.theta.low() * degree, beam.theta.high() * degree); });
}

// Whether the shard is there already. Throws InputError for a file that is not of this run.
bool is_done(const study::Shard& shard, const Json& wanted, bool resume) {
    if (!fs::exists(shard.path)) return false;
    if (!resume) {
        throw core::InputError(
            fmt::format("{} is there already. Give --resume to go on with its run, or another --out?",
                        shard.path.string()));
    }
    const Json found = data::ShowerFile(shard.path).describe();
    const Json& said = found.contains("provenance") ? found["provenance"] : Json();
    for (const auto& [key, value] : wanted.items()) {
        if (said.is_object() && said.contains(key) && said[key] == value) continue;
        throw core::InputError(fmt::format(
            "{} is not a part of this run (its `{}` differs). Use another --out, or the options of that run?",
            shard.path.string(), key));
    }
    return true;
}

std::size_t threads_of(const Options& options, const study::ProcessRank& process) {
    if (options.threads == 0 && process.size > 1) return 1;
    return core::thread_count(static_cast<std::size_t>(options.threads));
}

void warn_of_losses(const study::SimulationSummary& summary) {
    if (summary.stuck > 0)
        core::warning("{} particles were ended because they made too many steps", summary.stuck);
    constexpr double much = 0.02;
    if (summary.active > 0 && summary.outside > much * summary.active) {
        core::warning(
            "{:.1f} % of the energy in the active layers lies beside the cells. Does the grid cover the "
            "shower?",
            100 * summary.outside / summary.active);
    }
    constexpr double much_leaked = 0.05;
    if (summary.leaked > much_leaked * summary.incident)
        core::warning("{:.1f} % of the incident energy leaves the stack",
                      100 * summary.leaked / summary.incident);
}

void run(const Options& options) {
    core::RunRecord record("simulate");
    const auto detector = geometry::Detector::find(options.detector);
    const study::Beam beam{energies_of(options.energy), particles_of(options.particle),
                           angles_of("--theta", options.theta), angles_of("--phi", options.phi)};
    const montecarlo::ShowerSimulator simulator(detector,
                                                {readout_of(options, detector), {}, scattering_of(options)});
    check(simulator, beam);

    const study::ProcessRank process = study::process_rank();
    const std::size_t threads = threads_of(options, process);
    record["configuration"] = {{"detector", options.detector},
                               {"particle", options.particle},
                               {"energy", options.energy},
                               {"theta", options.theta},
                               {"phi", options.phi},
                               {"binning", options.binning},
                               {"scattering", options.scattering},
                               {"count", options.count},
                               {"first", options.first},
                               {"per_file", options.per_file},
                               {"threads", threads},
                               {"rank", process.rank},
                               {"ranks", process.size},
                               {"gzip", options.gzip},
                               {"out", options.out}};
    record["seed"] = options.seed;

    core::check_writable(options.out);
    core::check_writable(run_json_beside(options.out));
    check_is_no_input("--out", options.out, {options.detector});
    if (!options.trace.empty()) {
        core::check_writable(options.trace);
        check_is_no_input("--trace", options.trace, {options.detector});
        if (fs::weakly_canonical(options.trace) == fs::weakly_canonical(options.out))
            throw core::UsageError("--trace and --out name one file. Choose another for the trace?");
    }
    std::vector<study::Shard> mine;
    std::uint64_t total = 0;
    std::vector<study::Shard> shards;
    check_option("--per-file", [&] {
        shards = study::plan_shards(options.out, {options.first, options.count}, options.per_file);
    });
    for (std::size_t i = process.rank; i < shards.size(); i += process.size) {
        if (is_done(shards[i], provenance(options, detector, shards[i].range), options.resume)) continue;
        mine.push_back(shards[i]);
        total += shards[i].range.count;
    }
    if (const sample::Key key{options.seed, options.first}; process.rank == 0 && !options.trace.empty())
        study::write_trace(simulator, key, beam.draw(key), options.trace_above * units::MeV, options.trace);

    if (mine.empty()) {
        // The record of the run that made them stays.
        if (options.resume)
            core::info("all showers are there already");
        else
            core::info("there are more processes than files: this one has nothing to do");
        if (options.json) print_json(record.json());
        return;
    }

    if (process.size > 1) {
        core::info("process {} of {}: {} of the run's {} showers, in {} of {} files", process.rank,
                   process.size, total, options.count, mine.size(), shards.size());
    }
    data::WriteOptions write;
    write.layout = data::usual_layout(simulator.readout());
    write.gzip_level = options.gzip;
    study::SimulationSummary summary;
    core::Progress progress("simulate", total, "showers");
    for (const study::Shard& shard : mine) {
        write.provenance = provenance(options, detector, shard.range);
        study::simulate_to_file(simulator, beam, options.seed, shard.range, threads, shard.path, write,
                                progress, summary);
    }
    warn_of_losses(summary);
    record["result"] = summary.json();
    const fs::path beside = run_json_beside(options.out);
    record.write(process.size > 1 ? beside.parent_path() /
                                        fmt::format("{}.rank{}.json", beside.stem().string(), process.rank)
                                  : beside);
    core::info("wrote {} showers in {} files ({:.3g} showers/s)", summary.showers, mine.size(),
               progress.rate());
    if (options.json) print_json(record.json());
}

void add_physics_options(CLI::App& command, Options& options) {
    command.add_option("--detector", options.detector, "Shipped detector or file (doc/format/detector.md)")
        ->group("Changes physics");
    command
        .add_option("--particle", options.particle,
                    "e-, e+, gamma, mu- or mu+; of several, e-,gamma, each as often")
        ->group("Changes physics");
    command
        .add_option("--theta", options.theta,
                    "Angle of the particle to z in degrees, 0 to 85: 30, or 0:30 (uniform)")
        ->group("Changes physics");
    command
        .add_option("--phi", options.phi, "Its direction about z in degrees, from x: 90, or 0:360 (uniform)")
        ->group("Changes physics");
    command
        .add_option("--binning", options.binning,
                    "cartesian (the detector's grid), or cylindrical (r, alpha, layer; a CaloChallenge file)")
        ->check(CLI::IsMember({"cartesian", "cylindrical"}))
        ->group("Changes physics");
    command
        .add_option("--scattering", options.scattering,
                    "Steps of electrons and how they scatter: geant4 (as its default ones), or exact")
        ->check(CLI::IsMember({"geant4", "exact"}))
        ->group("Changes physics");
}

}  // namespace

void add_simulate(CLI::App& app) {
    auto* command =
        app.add_subcommand("simulate",
                           "Simulate showers with the built-in Monte Carlo.\nExample: caloforge simulate "
                           "--detector clic-ecal --energy 10:500 --count 1000 --seed 1 --out showers.h5");
    auto options = std::make_shared<Options>();
    add_shower_run_options(*command, *options,
                           "HDF5 file to write; with more showers than --per-file, several",
                           "Threads (0: all cores; one under mpirun)");
    command->add_option("--per-file", options->per_file, "Showers per file: out_0001.h5, out_0002.h5, ...")
        ->transform(whole_number(1, INT64_MAX));
    command->add_flag("--resume", options->resume,
                      "Keep the files of this run that are there, make the others");
    command->add_option("--trace", options->trace, "JSON file of the tracks of the first shower")
        ->check(named());
    command->add_option("--trace-above", options->trace_above, "Least kinetic energy of such tracks, MeV")
        ->check(finite_number(0));
    add_physics_options(*command, *options);
    command->callback([options] { run(*options); });
}

}  // namespace caloforge::app
