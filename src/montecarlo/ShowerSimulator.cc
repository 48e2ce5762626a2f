#include "montecarlo/ShowerSimulator.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "core/Error.hh"
#include "core/Units.hh"

namespace caloforge::montecarlo {
namespace {

constexpr double highest_energy = 10 * units::TeV;

geometry::ReadoutGrid grid_of(const geometry::Detector& detector, Binning binning) {
    if (binning == Binning::cartesian) return detector.grid();
    const geometry::Cylinder& cylinder = detector.cylinder();
    if (cylinder.rings == 0) {
        throw core::InputError(fmt::format(
            "detector {} has no cylindrical cells. Add a table [cylinder] with rings, sectors and "
            "ring_width to its file?",
            detector.name()));
    }
    if (detector.incidence().theta > 0) {
        throw core::InputError(
            fmt::format("detector {} is hit at an angle (cylindrical cells lie around a particle along z). "
                        "Use --binning cartesian?",
                        detector.name()));
    }
    return {.nx = cylinder.rings,
            .ny = cylinder.sectors,
            .nz = detector.grid().nz,
            .cell_x = cylinder.ring_width,
            .cell_y = cylinder.ring_width};
}

}  // namespace

ShowerSimulator::Workspace::Workspace(const ShowerSimulator& simulator)
    : transport_(simulator.stack_), score_(simulator.grid_, simulator.config_.binning) {}

ShowerSimulator::ShowerSimulator(const geometry::Detector& detector, const Config& config)
    : config_(config),
      incidence_(detector.incidence()),
      grid_(grid_of(detector, config.binning)),
      stack_(detector, config.limits) {}

void ShowerSimulator::check_energies(double low, double high) const {
    double cut = 0;
    for (const auto& medium : stack_.media())
        cut = std::max({cut, medium->cuts().electron, medium->cuts().photon});
    if (low <= cut) {
        throw core::InputError(fmt::format(
            "--energy {} GeV is not above the production cut of {} GeV (nothing but continuous losses would "
            "be simulated). Lower range_cut in the detector file?",
            low, cut));
    }
    if (high > highest_energy) {
        throw core::InputError(fmt::format(
            "--energy {} GeV is beyond {} GeV, the end of the cross-section tables. Is it in MeV?", high,
            highest_energy));
    }
}

ShowerSimulator::Report ShowerSimulator::simulate(std::uint64_t seed, std::uint64_t shower, double energy,
                                                  Workspace& workspace, std::span<float> cells) const {
    assert(cells.size() == grid_.cells());
    const core::RandomStream impact(seed, shower, core::impact_stream);
    const double x = (impact.uniform_at(0) - 0.5) * incidence_.spread_x;
    const double y = (impact.uniform_at(1) - 0.5) * incidence_.spread_y;
    ShowerRandom random(seed, shower);
    workspace.score_.start(x, y);
    Report report;
    report.impact = {static_cast<float>(x), static_cast<float>(y)};
    const Vector direction = {std::sin(incidence_.theta), 0, std::cos(incidence_.theta)};
    report.balance = workspace.transport_.run({config_.particle, energy, {x, y, 0}, direction, 0}, random,
                                              workspace.score_);
    report.outside = workspace.score_.outside();
    std::transform(workspace.score_.cells().begin(), workspace.score_.cells().end(), cells.begin(),
                   [](double value) { return static_cast<float>(value); });
    return report;
}

}  // namespace caloforge::montecarlo
