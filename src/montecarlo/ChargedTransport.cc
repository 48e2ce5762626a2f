// Electrons and positrons of montecarlo::Transport: what is left to do after a step.
#include <algorithm>
#include <cmath>

#include "montecarlo/Annihilation.hh"
#include "montecarlo/ChargedStep.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/Fluctuation.hh"
#include "montecarlo/Kinematics.hh"
#include "montecarlo/PhotonProcesses.hh"
#include "montecarlo/Transport.hh"

namespace caloforge::montecarlo {
namespace {

// Many times what a 10 TeV electron needs; more is a particle that is stuck. A step takes at least two blocks
// of numbers.
constexpr std::uint64_t most_blocks = 20'000'000;

Charge charge_of(bool positron) {
    return positron ? Charge::positron : Charge::electron;
}

}  // namespace

void Transport::settle(std::size_t place) {
    TrackRandom random(seed_, flock_.identity[place], static_cast<std::uint32_t>(flock_.block[place]));
    random_ = &random;
    const StepEnd end = flock_.end[place];
    if (stack_->steps().field()) flock_.path[place] += flock_.moved[place];
    const bool stuck =
        flock_.block[place] > most_blocks || flock_.path[place] > stack_->steps().limits().field_path;
    if (end == StepEnd::stopped || stuck) {
        score_pending(place);
        const Track track = flock_.get(place);
        if (end != StepEnd::stopped) ++sums_.stuck;
        deposit(track, track.energy, track.position);
        come_to_rest(track);
        flock_.lives[place] = false;
        return;
    }
    if (!lose_energy(place)) {
        come_to_rest(flock_.get(place));
        flock_.lives[place] = false;
        return;
    }
    if (end == StepEnd::nothing || end == StepEnd::scattered) {
        flock_.block[place] = random.block();
        return;
    }
    if (end == StepEnd::returned) {
        flock_.begin(place, stack_->steps());
        flock_.block[place] = random.block();
        return;
    }
    Track track = flock_.get(place);
    if (end == StepEnd::boundary) {
        flock_.lives[place] = leave_zone(track);
        if (flock_.lives[place])
            enter(place, track.zone);
        else
            sums_.leaked.add(track.energy);
    } else {
        flock_.lives[place] = interact_charged(track);
        flock_.put_back(place, track);
    }
    flock_.block[place] = random.block();
}

// Over a border.
void Transport::enter(std::size_t i, std::size_t slab) {
    flock_.enter(i, slab, stack_->steps());
    flock_.scored_x[i] = flock_.x[i];
    flock_.scored_y[i] = flock_.y[i];
    flock_.begin(i, stack_->steps());
}

// At the middle of the way since the last time.
void Transport::score_pending(std::size_t i) {
    if (!(flock_.pending[i] > 0)) return;
    score_->add(stack_->zones()[flock_.zone[i]].layer, 0.5 * (flock_.scored_x[i] + flock_.x[i]),
                0.5 * (flock_.scored_y[i] + flock_.y[i]), flock_.pending[i]);
    flock_.pending[i] = 0;
    flock_.scored_x[i] = flock_.x[i];
    flock_.scored_y[i] = flock_.y[i];
}

// False when nothing is left.
bool Transport::lose_energy(std::size_t i) {
    if (trace_) {
        const Track track = flock_.get(i);
        trace_({track.kind,
                track.energy,
                {flock_.from_x[i], flock_.from_y[i], flock_.from_z[i]},
                track.position});
    }
    double loss = flock_.loss[i];
    if (flock_.passive[i]) {
        sums_.passive.add(loss);
    } else {
        const Material& material = stack_->zones()[flock_.zone[i]].medium->material();
        loss = std::min(flock_.energy[i], sample_loss(flock_.mean_loss[i], flock_.cut[i],
                                                      material.mean_excitation(), *random_));
        sums_.active.add(loss);
        flock_.pending[i] += loss;
        const bool goes_on = (flock_.end[i] == StepEnd::nothing || flock_.end[i] == StepEnd::scattered) &&
                             loss < flock_.energy[i];
        if (!goes_on || !flock_.joined[i]) score_pending(i);
    }
    flock_.energy[i] -= loss;
    return flock_.energy[i] > 0;
}

// False when the particle is gone.
bool Transport::interact_charged(Track& track) {
    const Charge charge = charge_of(track.kind == Kind::positron);
    const ElectronRow row = medium(track).electron(charge, energy_grid::place(track.energy));
    double chosen = random_->uniform() * (row.bremsstrahlung + row.knock_on + row.annihilation);
    if ((chosen -= row.bremsstrahlung) < 0) {
        radiate(track);
    } else if ((chosen -= row.knock_on) < 0) {
        knock_on(track);
    } else if (charge == Charge::positron) {
        annihilate_in_flight(track);
        return false;
    }
    return true;
}

void Transport::radiate(Track& track) {
    // Between the grid energies around the threshold it may be chosen though it cannot happen; so may a
    // knock-on.
    if (track.energy <= std::max(medium(track).cuts().photon, Bremsstrahlung::least_energy)) return;
    const double k =
        medium(track).sample_bremsstrahlung(track.energy, energy_grid::place(track.energy), *random_);
    const double cosine = sample_tsai_cosine(track.energy, *random_);
    const Vector direction = turned(track.direction, cosine, random_->azimuth());
    track.direction = recoil(track.direction, momentum(track.energy, electron_mass), direction, k);
    track.energy = std::max(0.0, track.energy - k);
    push(track, Kind::photon, k, direction);
}

void Transport::knock_on(Track& track) {
    const Charge charge = charge_of(track.kind == Kind::positron);
    const double cut = medium(track).cuts().electron;
    if (cut >= largest_knock_on(track.energy, charge)) return;
    const double energy = sample_knock_on(track.energy, cut, charge, *random_);
    const double cosine = knock_on_cosine(track.energy, energy);
    const Vector direction = turned(track.direction, cosine, random_->azimuth());
    track.direction = recoil(track.direction, momentum(track.energy, electron_mass), direction,
                             momentum(energy, electron_mass));
    track.energy -= energy;
    push(track, Kind::electron, energy, direction);
}

void Transport::annihilate_in_flight(const Track& track) {
    const auto [share, cosine] = sample_annihilation(track.energy, *random_);
    const double total = track.energy + 2 * electron_mass;
    const Vector first = turned(track.direction, cosine, random_->azimuth());
    const Vector second =
        recoil(track.direction, momentum(track.energy, electron_mass), first, share * total);
    push(track, Kind::photon, share * total, first);
    push(track, Kind::photon, (1 - share) * total, second);
    sums_.rest.add(-2 * electron_mass);
}

// A stopped positron becomes two photons; an electron stays.
void Transport::come_to_rest(const Track& track) {
    if (track.kind != Kind::positron) return;
    const double cosine = 2 * random_->uniform() - 1;
    const Vector direction = turned({0, 0, 1}, cosine, random_->azimuth());
    push(track, Kind::photon, electron_mass, direction);
    push(track, Kind::photon, electron_mass, {-direction[0], -direction[1], -direction[2]});
    sums_.rest.add(-2 * electron_mass);
}

}  // namespace caloforge::montecarlo
