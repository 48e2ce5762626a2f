#include "montecarlo/ShowerSimulator.hh"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <numbers>
#include <thread>

#include "core/Error.hh"
#include "core/Units.hh"

namespace caloforge::montecarlo {
namespace {

constexpr double highest_energy = 10 * units::TeV;
constexpr double highest_muon_energy = 100 * units::GeV;
/// Beyond, a particle passes along the front face rather than through the stack.
constexpr double largest_angle = 85 * std::numbers::pi / 180;

struct Code {
    Kind kind;
    int pdg;
};
constexpr std::array codes = {Code{Kind::photon, 22}, Code{Kind::electron, 11}, Code{Kind::positron, -11},
                              Code{Kind::muon, 13}, Code{Kind::antimuon, -13}};

geometry::Readout readout_of(const geometry::Detector& detector, const geometry::Readout& wanted) {
    if (wanted.cells() == 0) return detector.grid();
    if (wanted.layers() == detector.grid().nz) return wanted;
    throw core::InputError(fmt::format("detector {} has {} layers to read out, the cells are {}.",
                                       detector.name(), detector.grid().nz, wanted.text()));
}

double degrees(double radian) {
    return radian * 180 / std::numbers::pi;
}

}  // namespace

int pdg_code(Kind kind) {
    return std::ranges::find(codes, kind, &Code::kind)->pdg;
}

Kind kind_of_pdg(int code) {
    const auto found = std::ranges::find(codes, code, &Code::pdg);
    if (found != codes.end()) return found->kind;
    throw core::InputError(
        fmt::format("particle {} is not transported (11, -11, 22, 13 and -13 are: e-, e+, gamma, mu-, mu+). "
                    "Is it a PDG code?",
                    code));
}

ShowerSimulator::Workspace::Workspace(const ShowerSimulator& simulator)
    : transport_(simulator.stack_), score_(simulator.readout_) {}

ShowerSimulator::ShowerSimulator(const geometry::Detector& detector, const Config& config)
    : config_(config),
      incidence_(detector.incidence()),
      readout_(readout_of(detector, config.readout)),
      stack_(detector, config.limits, config.scattering) {
    (void)CellScore(readout_);  // refuses here what no workspace could fill
}

void ShowerSimulator::check_energies(double low, double high) const {
    double cut = 0;
    for (const auto& medium : stack_.media())
        cut = std::max({cut, medium->cuts().electron, medium->cuts().photon});
    if (low <= cut) {
        throw core::InputError(fmt::format(
            "{} GeV is not above the production cut of {} GeV (nothing but continuous losses would be "
            "simulated). Lower range_cut in the detector file?",
            low, cut));
    }
    if (high > highest_energy) {
        throw core::InputError(
            fmt::format("{} GeV is beyond {} GeV, the end of the cross-section tables. Is it in MeV?", high,
                        highest_energy));
    }
}

void ShowerSimulator::check_particle(Kind kind, double high) const {
    if (!is_muon(kind) || high <= highest_muon_energy) return;
    throw core::InputError(fmt::format(
        "muons of {} GeV lose more by radiation, which is not simulated, than by ionisation (they "
        "are simulated to {} GeV).",
        high, highest_muon_energy));
}

void ShowerSimulator::check_angles(double low, double high) const {
    if (low < 0 || high > largest_angle) {
        throw core::InputError(
            fmt::format("{:.6g} degrees is no angle at which a particle enters (0 to 85 to z are).",
                        degrees(low < 0 ? low : high)));
    }
    if (high > 0 && readout_.rings()) {
        throw core::InputError(fmt::format(
            "particles at {:.6g} degrees to z cannot be read out in cylindrical cells, which lie around one "
            "along z. Take Cartesian ones?",
            degrees(high)));
    }
}

ShowerSimulator::Report ShowerSimulator::simulate(const sample::Key& key, const Incident& incident,
                                                  Workspace& workspace, std::span<float> cells) const {
    return simulate(key, incident, std::span(&workspace, 1), cells);
}

ShowerSimulator::Report ShowerSimulator::simulate(const sample::Key& key, const Incident& incident,
                                                  std::span<Workspace> workspaces,
                                                  std::span<float> cells) const {
    assert(cells.size() == readout_.cells() && !workspaces.empty());
    const core::RandomStream impact(key.seed, key.number, core::impact_stream);
    const double x = (impact.uniform_at(0) - 0.5) * incidence_.spread_x;
    const double y = (impact.uniform_at(1) - 0.5) * incidence_.spread_y;
    for (Workspace& workspace : workspaces) workspace.score_.start(x, y);
    Report report;
    report.impact = {static_cast<float>(x), static_cast<float>(y)};
    const double sine = std::sin(incident.theta);
    const Vector direction = {sine * std::cos(incident.phi), sine * std::sin(incident.phi),
                              std::cos(incident.theta)};
    const Track primary{incident.particle, incident.energy, {x, y, 0}, direction, 0};
    Workspace& first = workspaces.front();
    if (workspaces.size() == 1) {
        report.balance = first.transport_.run(primary, key, first.score_);
    } else {
        share(key, primary, workspaces);
        for (Workspace& workspace : workspaces) {
            report.balance += workspace.transport_.balance();
            if (&workspace != &first) first.score_.add(workspace.score_);
        }
    }
    report.outside = first.score_.outside();
    std::transform(first.score_.cells().begin(), first.score_.cells().end(), cells.begin(),
                   [](EnergySum sum) { return static_cast<float>(sum.value()); });
    return report;
}

// One thread follows the shower's first tracks until there are many; then all take parts of them, each of
// which has tracks of all energies.
void ShowerSimulator::share(const sample::Key& key, const Track& primary, std::span<Workspace> workspaces) {
    constexpr std::size_t parts_per_thread = 8, tracks_per_part = 16;
    const std::size_t parts = parts_per_thread * workspaces.size();
    Workspace& first = workspaces.front();
    std::vector<Track> tracks = first.transport_.begin(primary, key, first.score_, parts * tracks_per_part);
    std::sort(tracks.begin(), tracks.end(),
              [](const Track& a, const Track& b) { return a.energy > b.energy; });
    std::atomic<std::size_t> next = 0;
    const auto work = [&](Workspace& workspace) {
        std::vector<Track> mine;
        for (std::size_t part = next++; part < parts; part = next++) {
            mine.clear();
            for (std::size_t i = part; i < tracks.size(); i += parts) mine.push_back(tracks[i]);
            workspace.transport_.follow(mine, key, workspace.score_);
        }
    };
    std::vector<std::jthread> helpers;
    for (Workspace& workspace : workspaces.subspan(1)) helpers.emplace_back([&] { work(workspace); });
    work(first);
}

}  // namespace caloforge::montecarlo
