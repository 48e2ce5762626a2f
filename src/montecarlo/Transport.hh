#pragma once

#include <functional>
#include <vector>

#include "montecarlo/CellScore.hh"
#include "montecarlo/Fluctuation.hh"
#include "montecarlo/Stack.hh"
#include "montecarlo/Track.hh"

namespace caloforge::montecarlo {

/// Where a shower's energy went, GeV. incident = active + passive + leaked + rest, to rounding.
struct EnergyBalance {
    double active = 0;  ///< in all active slabs, inside and outside the cells
    double passive = 0;
    double leaked = 0;      ///< kinetic energy of what left the stack
    double rest = 0;        ///< mass of pairs made and not annihilated
    std::size_t stuck = 0;  ///< particles ended because they made too many steps; their energy is in the rest

    double sum() const { return active + passive + leaked + rest; }
};

/// A piece of a track, for pictures.
struct TraceSegment {
    Kind kind;
    double energy;    ///< at its start, GeV
    Vector from, to;  ///< mm
};

/// Transport of electrons, positrons and photons through a stack: processes in the headers of this folder.
/// The condensed history of a charged particle goes from one hard event (bremsstrahlung, knock-on,
/// annihilation, elastic collision beyond the border) to the next; soft scattering turns it once at a random
/// point between (the random hinge of PENELOPE). Below 1 MeV, where the reference has no bremsstrahlung, a
/// particle that cannot reach the next boundary is deposited where it is; so are all below 10 keV. Particles
/// that leave the stack are gone. One thread; the stack is shared.
class Transport {
  public:
    using Trace = std::function<void(const TraceSegment&)>;

    explicit Transport(const Stack& stack) : stack_(&stack) {}

    /// One shower of `primary`, whose zone is set here from its z. Deposits in active slabs go to `score`.
    EnergyBalance run(Track primary, ShowerRandom& random, CellScore& score);
    void set_trace(Trace trace) { trace_ = std::move(trace); }

  private:
    void photon(Track track);
    void charged(Track track);
    bool leap(Track& track, energy_grid::Place place);
    bool fly(Track& track, energy_grid::Place place);
    bool interact_photon(Track& track, energy_grid::Place place, const PhotonRow& row);
    bool interact_charged(Track& track, const ElectronRow& row, double events);
    void radiate(Track& track, energy_grid::Place place);
    void knock_on(Track& track);
    void annihilate_in_flight(const Track& track);
    void come_to_rest(const Track& track);
    void make_pair(const Track& track, energy_grid::Place place);
    void compton(Track& track);
    void photoelectric(const Track& track);
    bool advance(Track& track, double length, double& moved) const;
    bool leave_zone(Track& track);
    bool is_beside(const Track& track) const;
    bool lose_energy(Track& track, double length, double loss_rate, double range, const Vector& from);
    void deposit(const Track& track, double energy, const Vector& at);
    void push(const Track& track) { waiting_.push_back(track); }
    const Stack::Zone& zone(const Track& track) const { return stack_->zones()[track.zone]; }
    const Medium& medium(const Track& track) const { return *zone(track).medium; }

    const Stack* stack_;
    Trace trace_;
    std::vector<Track> waiting_;
    ShowerRandom* random_ = nullptr;
    CellScore* score_ = nullptr;
    EnergyBalance balance_;
};

}  // namespace caloforge::montecarlo
