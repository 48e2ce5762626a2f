#pragma once

#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "montecarlo/CellScore.hh"
#include "montecarlo/Flock.hh"
#include "montecarlo/PhotonLeap.hh"
#include "montecarlo/Stack.hh"
#include "montecarlo/TrackRandom.hh"
#include "sample/Key.hh"

namespace caloforge::montecarlo {

/// Where a shower's energy went, GeV. incident = active + passive + leaked + rest, to rounding.
struct EnergyBalance {
    double active = 0;  ///< in all active slabs, inside and outside the cells
    double passive = 0;
    double leaked = 0;      ///< kinetic energy of what left the stack
    double rest = 0;        ///< mass of pairs made and not annihilated
    std::size_t stuck = 0;  ///< particles ended because they made too many steps; their energy is in the rest

    double sum() const { return active + passive + leaked + rest; }
    EnergyBalance& operator+=(const EnergyBalance& other);
};

/// A piece of a track, for pictures.
struct TraceSegment {
    Kind kind;
    double energy;    ///< at its start, GeV
    Vector from, to;  ///< mm
};

/// Transport of electrons, positrons, photons and muons through a stack: processes in the headers of this
/// folder. The condensed history of a charged particle goes from one hard event (bremsstrahlung, knock-on,
/// annihilation) to the next, in steps as Scattering.hh has them: Geant4's, which scatter at their ends, or
/// such that end at elastic collisions beyond a limit, too, with those below at a random point between (the
/// random hinge of PENELOPE). Electrons and positrons take their steps side by side (ChargedStep.hh). Below 1
/// MeV, where the reference has no bremsstrahlung, one that cannot reach the next boundary is deposited where
/// it is; so are all below 10 keV. Muons ionise and scatter; they neither radiate nor decay. Particles that
/// leave the stack are gone.
/// A shower is a function of its key and primary: no track depends on the order in which they are followed.
/// One thread; the stack is shared.
class Transport {
  public:
    using Trace = std::function<void(const TraceSegment&)>;

    explicit Transport(const Stack& stack) : stack_(&stack) {}

    /// One shower of `primary`, who enters at the front. Deposits in active slabs go to `score`.
    EnergyBalance run(const Track& primary, const sample::Key& key, CellScore& score);

    /// The same in parts, for several threads: begins a shower and follows it, the most energetic tracks
    /// first, until `enough` tracks wait or none is left. Returns those that are left.
    std::vector<Track> begin(const Track& primary, const sample::Key& key, CellScore& score,
                             std::size_t enough);
    /// Follows such tracks of a shower to their end; nothing of another shower may be left. Adds up with what
    /// was followed before, until balance() is called.
    void follow(std::span<const Track> tracks, const sample::Key& key, CellScore& score);
    /// Of what was followed since the last call: parts of a shower, in any order, add up exactly.
    EnergyBalance balance();
    void set_trace(Trace trace) { trace_ = std::move(trace); }
    /// Charged particles take their steps one by one instead: the same showers, slower.
    void set_alone(bool alone) { alone_ = alone; }

  private:
    std::size_t gather_photons();
    void admit(std::size_t place, Track track);
    void settle_photon(std::size_t place);
    bool fly(Track& track) const;
    Vector within_stack(const Vector& from, const Vector& to) const;
    bool interact_photon(Track& track);
    void make_pair(const Track& track, energy_grid::Place place);
    void compton(Track& track);
    void photoelectric(const Track& track);

    void follow_muon(Track track);
    bool step_muon(Track& track);
    void muon_knock_on(Track& track);
    bool drift(Track& track, double length, double bending, double& moved) const;

    void follow_waiting(std::size_t enough);
    std::size_t gather_charged();
    void settle(std::size_t place);
    void enter(std::size_t place, std::size_t slab);
    void score_pending(std::size_t place);
    bool lose_energy(std::size_t place);
    bool interact_charged(Track& track);
    void radiate(Track& track);
    void knock_on(Track& track);
    void annihilate_in_flight(const Track& track);
    void come_to_rest(const Track& track);

    bool advance(Track& track, double length, double& moved) const;
    bool leave_zone(Track& track) const;
    bool is_beside(const Track& track) const;
    void deposit(const Track& track, double energy, const Vector& at);
    void wait(const Track& track);
    bool stays(const Track& track, double energy) const;
    void push(const Track& parent, Kind kind, double energy, const Vector& direction);
    const Stack::Zone& zone(const Track& track) const { return stack_->zones()[track.zone]; }
    const Medium& medium(const Track& track) const { return *zone(track).medium; }

    struct Sums {
        EnergySum active, passive, leaked, rest;
        std::size_t stuck = 0;
    };

    const Stack* stack_;
    Trace trace_;
    bool alone_ = false;
    std::uint64_t seed_ = 0;
    std::vector<Track> charged_, photons_, muons_;  ///< waiting
    Flock flock_;
    PhotonFlock photon_flock_;
    std::array<Vector, PhotonFlock::places> photon_from_{};  ///< for traces
    TrackRandom* random_ = nullptr;                          ///< of the track that is followed
    CellScore* score_ = nullptr;
    Sums sums_;
};

}  // namespace caloforge::montecarlo
