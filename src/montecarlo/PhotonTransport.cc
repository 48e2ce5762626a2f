// Photons of montecarlo::Transport.
#include "montecarlo/Constants.hh"
#include "montecarlo/PhotonProcesses.hh"
#include "montecarlo/Transport.hh"

namespace caloforge::montecarlo {
namespace {

// Below, a photon is absorbed where it is: it would reach micrometres.
constexpr double photon_floor = energy_grid::low;

}  // namespace

void Transport::photon(Track track) {
    for (;;) {
        if (track.energy < photon_floor) return deposit(track, track.energy, track.position);
        const energy_grid::Place place = energy_grid::place(track.energy);
        const Vector from = track.position;
        double free_paths = random_->exponential();
        PhotonRow row = medium(track).photon(place);
        double moved = 0;
        while (advance(track, free_paths / row.total(), moved)) {
            free_paths -= moved * row.total();
            if (!leave_zone(track)) {
                if (trace_) trace_({track.kind, track.energy, from, track.position});
                return;
            }
            row = medium(track).photon(place);
        }
        if (trace_) trace_({track.kind, track.energy, from, track.position});
        if (!interact_photon(track, place, row)) return;
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
