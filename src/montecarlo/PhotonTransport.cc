// Photons of montecarlo::Transport.
#include <algorithm>

#include "montecarlo/Constants.hh"
#include "montecarlo/PhotonProcesses.hh"
#include "montecarlo/Transport.hh"

namespace caloforge::montecarlo {
namespace {

// Below, a photon is absorbed where it is: it would reach micrometres.
constexpr double photon_floor = energy_grid::low;
// Interactions per mm, where there are most, from which on a photon goes from slab to slab.
constexpr double most_bound = 1;

}  // namespace

void Transport::settle_photon(std::size_t place) {
    const LeapEnd end = photon_flock_.end[place];
    if (end == LeapEnd::nothing) return;
    Track track = photon_flock_.get(place);
    photon_flock_.lives[place] = false;
    if (trace_)
        trace_({track.kind, track.energy, photon_from_[place],
                within_stack(photon_from_[place], track.position)});
    if (end == LeapEnd::left) {
        sums_.leaked.add(track.energy);
        return;
    }
    TrackRandom random(seed_, track.identity, track.block);
    random_ = &random;
    if (!interact_photon(track)) return;
    track.block = random.block();
    admit(place, track);
}

// The point nearer than `to`, on the way there, where a photon left the stack.
Vector Transport::within_stack(const Vector& from, const Vector& to) const {
    const double z = std::clamp(to[2], 0.0, stack_->steps().depth());
    const double share = z == to[2] ? 1 : (z - from[2]) / (to[2] - from[2]);
    return {from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), z};
}

// To a place of the flock; those whose way is too short for leaps are followed to their end at once.
void Transport::admit(std::size_t place, Track track) {
    if (stack_->steps().photon_bound(StepTable::step_of(track.energy)) < most_bound) {
        photon_flock_.put(place, track, stack_->steps());
        if (trace_) photon_from_[place] = track.position;
        return;
    }
    TrackRandom random(seed_, track.identity, track.block);
    random_ = &random;
    for (;;) {
        if (track.energy < photon_floor) return deposit(track, track.energy, track.position);
        const Vector from = track.position;
        const bool stopped = fly(track);
        if (trace_) trace_({track.kind, track.energy, from, track.position});
        if (!stopped) return sums_.leaked.add(track.energy);
        if (!interact_photon(track)) return;
    }
}

// From slab to slab to where the photon interacts; false when it leaves.
bool Transport::fly(Track& track) const {
    const energy_grid::Place place = energy_grid::place(track.energy);
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
bool Transport::interact_photon(Track& track) {
    const energy_grid::Place place = energy_grid::place(track.energy);
    const PhotonRow row = medium(track).photon(place);
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
    push(track, Kind::electron, kinetic, recoil(track.direction, track.energy, scattered, outcome.photon));
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
    // Its direction would be drawn for nothing.
    if (stays(track, kinetic)) return deposit(track, kinetic, track.position);
    const double cosine = sample_photoelectron_cosine(kinetic, *random_);
    push(track, Kind::electron, kinetic, turned(track.direction, cosine, random_->azimuth()));
}

// The recoil of the nucleus is neglected.
void Transport::make_pair(const Track& track, energy_grid::Place place) {
    const double share = medium(track).sample_pair(track.energy, place, *random_);
    const bool electron_has_it = random_->uniform() < 0.5;
    const TrackRandom::Azimuth azimuth = random_->azimuth();
    for (const bool first : {true, false}) {
        const double kinetic = std::max(0.0, (first ? share : 1 - share) * track.energy - electron_mass);
        const double cosine = sample_tsai_cosine(kinetic, *random_);
        push(track, first == electron_has_it ? Kind::electron : Kind::positron, kinetic,
             turned(track.direction, cosine, first ? azimuth : azimuth.opposite()));
    }
    sums_.rest.add(2 * electron_mass);
}

}  // namespace caloforge::montecarlo
