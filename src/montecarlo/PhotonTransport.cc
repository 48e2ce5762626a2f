// Photons of montecarlo::Transport.
#include "montecarlo/Constants.hh"
#include "montecarlo/PhotonProcesses.hh"
#include "montecarlo/Transport.hh"

namespace caloforge::montecarlo {
namespace {

// Below, a photon is absorbed where it is: it would reach micrometres.
constexpr double photon_floor = energy_grid::low;
// Interactions per mm from which on a photon goes from slab to slab.
constexpr double most_bound = 1;

}  // namespace

void Transport::photon(Track track) {
    for (;;) {
        if (track.energy < photon_floor) return deposit(track, track.energy, track.position);
        const energy_grid::Place place = energy_grid::place(track.energy);
        const Vector from = track.position;
        const bool stopped =
            stack_->photon_bound(place) < most_bound ? leap(track, place) : fly(track, place);
        if (trace_) trace_({track.kind, track.energy, from, track.position});
        if (!stopped) {
            balance_.leaked += track.energy;
            return;
        }
        if (!interact_photon(track, place, medium(track).photon(place))) return;
    }
}

// To where the photon interacts, with as many interactions everywhere as where there are most, of which those
// that a place has too many of do not happen (Woodcock): no boundary is looked for. False when it leaves.
bool Transport::leap(Track& track, energy_grid::Place place) {
    const double bound = stack_->photon_bound(place);
    for (;;) {
        const double length = random_->exponential() / bound;
        for (std::size_t axis = 0; axis < 3; ++axis) track.position[axis] += length * track.direction[axis];
        const double z = track.position[2];
        if (!(z > 0 && z < stack_->depth()) || is_beside(track)) return false;
        track.zone = stack_->zone_at(z);
        if (random_->uniform() * bound < medium(track).photon(place).total()) return true;
    }
}

// The same from slab to slab, for a photon that would be stopped at once in the densest.
bool Transport::fly(Track& track, energy_grid::Place place) {
    double free_paths = random_->exponential();
    double moved = 0;
    for (;;) {
        const double per_mm = medium(track).photon(place).total();
        if (!advance(track, free_paths / per_mm, moved)) return true;
        free_paths -= moved * per_mm;
        if (!leave_zone(track)) return false;
    }
}

// False when the photon is gone.
bool Transport::interact_photon(Track& track, energy_grid::Place place, const PhotonRow& row) {
    const double chosen = random_->uniform() * row.total();
    if (chosen < row.compton) {
        compton(track);
        return true;
    }
    // Between the grid energies around the threshold a pair may be chosen that cannot be made.
    if (chosen < row.compton + row.pair && track.energy > 2 * electron_mass)
        make_pair(track, place);
    else
        photoelectric(track);
    return false;
}

void Transport::compton(Track& track) {
    const ComptonOutcome outcome = sample_compton(track.energy, *random_);
    const Vector scattered = turned(track.direction, outcome.cosine, random_->azimuth());
    const double kinetic = track.energy - outcome.photon;
    push({Kind::electron, kinetic, track.position,
          recoil(track.direction, track.energy, scattered, outcome.photon), track.zone});
    track.energy = outcome.photon;
    track.direction = scattered;
}

// One shell is emptied; its binding energy stays at the place, as no fluorescence is made.
void Transport::photoelectric(const Track& track) {
    const Material& material = medium(track).material();
    const auto& absorber = material.components()[sample_absorber(material, track.energy, *random_)];
    const double binding = absorber.element.innermost_binding(track.energy);
    const double kinetic = track.energy - binding;
    deposit(track, binding, track.position);
    const double cosine = sample_photoelectron_cosine(kinetic, *random_);
    push({Kind::electron, kinetic, track.position, turned(track.direction, cosine, random_->azimuth()),
          track.zone});
}

// The recoil of the nucleus is neglected.
void Transport::make_pair(const Track& track, energy_grid::Place place) {
    const double share = medium(track).sample_pair(track.energy, place, *random_);
    const bool electron_has_it = random_->uniform() < 0.5;
    const ShowerRandom::Azimuth azimuth = random_->azimuth();
    for (const bool first : {true, false}) {
        const double kinetic = std::max(0.0, (first ? share : 1 - share) * track.energy - electron_mass);
        const double cosine = sample_tsai_cosine(kinetic, *random_);
        push({first == electron_has_it ? Kind::electron : Kind::positron, kinetic, track.position,
              turned(track.direction, cosine, first ? azimuth : azimuth.opposite()), track.zone});
    }
    balance_.rest += 2 * electron_mass;
}

}  // namespace caloforge::montecarlo
