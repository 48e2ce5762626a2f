#include "montecarlo/Transport.hh"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "montecarlo/ChargedStep.hh"
#include "montecarlo/PhotonLeap.hh"

namespace caloforge::montecarlo {
namespace {

Track entering(Track primary, const sample::Key& key) {
    primary.zone = 0;
    primary.identity = identity_of(key.number, 0);
    return primary;
}

}  // namespace

EnergyBalance& EnergyBalance::operator+=(const EnergyBalance& other) {
    active += other.active;
    passive += other.passive;
    leaked += other.leaked;
    rest += other.rest;
    stuck += other.stuck;
    return *this;
}

EnergyBalance Transport::run(const Track& primary, const sample::Key& key, CellScore& score) {
    const Track first = entering(primary, key);
    follow(std::span(&first, 1), key, score);
    return balance();
}

std::vector<Track> Transport::begin(const Track& primary, const sample::Key& key, CellScore& score,
                                    std::size_t enough) {
    seed_ = key.seed;
    score_ = &score;
    wait(entering(primary, key));
    follow_waiting(enough);
    std::vector<Track> left = std::exchange(charged_, {});
    left.insert(left.end(), photons_.begin(), photons_.end());
    photons_.clear();
    for (std::size_t place = 0; place < Flock::places; ++place) {
        if (std::exchange(flock_.lives[place], false)) left.push_back(flock_.get(place));
    }
    for (std::size_t place = 0; place < PhotonFlock::places; ++place) {
        if (std::exchange(photon_flock_.lives[place], false)) left.push_back(photon_flock_.get(place));
    }
    return left;
}

void Transport::follow(std::span<const Track> tracks, const sample::Key& key, CellScore& score) {
    seed_ = key.seed;
    score_ = &score;
    for (const Track& track : tracks) wait(track);
    follow_waiting(std::numeric_limits<std::size_t>::max());
}

EnergyBalance Transport::balance() {
    const Sums sums = std::exchange(sums_, {});
    return {sums.active.value(), sums.passive.value(), sums.leaked.value(), sums.rest.value(), sums.stuck};
}

void Transport::follow_waiting(std::size_t enough) {
    const bool all = enough == std::numeric_limits<std::size_t>::max();
    const auto slower = [](const Track& a, const Track& b) { return a.energy < b.energy; };
    for (const Track& muon : std::exchange(muons_, {})) follow_muon(muon);  // makes none
    while (charged_.size() + photons_.size() < enough) {
        if (!all) {
            std::sort(charged_.begin(), charged_.end(), slower);
            std::sort(photons_.begin(), photons_.end(), slower);
        }
        const std::size_t charged = gather_charged();
        // Photons when there are too few others, so that little waits.
        if (charged == Flock::places || gather_photons() == 0) {
            if (charged == 0) break;
            step_together(stack_->steps(), seed_, flock_, alone_);
            for (std::size_t place = 0; place < Flock::places; ++place) {
                if (flock_.lives[place]) settle(place);
            }
        } else {
            leap_together(stack_->steps(), stack_->half_width(), seed_, photon_flock_, alone_);
            for (std::size_t place = 0; place < PhotonFlock::places; ++place) {
                if (photon_flock_.lives[place]) settle_photon(place);
            }
        }
    }
}

// Fills the flock's free places; returns how many are taken.
std::size_t Transport::gather_charged() {
    std::size_t taken = 0;
    for (std::size_t place = 0; place < Flock::places; ++place) {
        if (!flock_.lives[place] && !charged_.empty()) {
            flock_.put(place, charged_.back());
            flock_.enter(place, charged_.back().zone, stack_->steps());
            if (charged_.back().block == 0) flock_.begin(place, stack_->steps());
            charged_.pop_back();
        }
        taken += flock_.lives[place] ? 1 : 0;
    }
    return taken;
}

std::size_t Transport::gather_photons() {
    std::size_t taken = 0;
    for (std::size_t place = 0; place < PhotonFlock::places; ++place) {
        while (!photon_flock_.lives[place] && !photons_.empty()) {
            const Track next = photons_.back();
            photons_.pop_back();
            admit(place, next);
        }
        taken += photon_flock_.lives[place] ? 1 : 0;
    }
    return taken;
}

// Straight ahead, at most to the boundary of the slab; true when it was reached. `moved` in mm.
bool Transport::advance(Track& track, double length, double& moved) const {
    const Stack::Zone& here = zone(track);
    const double w = track.direction[2];
    const double depth = (w > 0 ? here.high : here.low) - track.position[2];
    const bool reached = std::abs(w * length) >= std::abs(depth) && w != 0;
    moved = reached ? std::max(0.0, depth / w) : length;
    for (std::size_t axis = 0; axis < 3; ++axis) track.position[axis] += moved * track.direction[axis];
    if (reached) track.position[2] = w > 0 ? here.high : here.low;
    return reached;
}

bool Transport::is_beside(const Track& track) const {
    const double limit = stack_->half_width();
    return std::abs(track.position[0]) > limit || std::abs(track.position[1]) > limit;
}

// Into the next slab; false when there is none, or when the particle is beside the stack.
bool Transport::leave_zone(Track& track) const {
    const bool forward = track.direction[2] > 0;
    const bool last = forward ? track.zone + 1 == stack_->zones().size() : track.zone == 0;
    if (last || is_beside(track)) return false;
    forward ? ++track.zone : --track.zone;
    return true;
}

void Transport::deposit(const Track& track, double energy, const Vector& at) {
    const int layer = zone(track).layer;
    if (layer < 0) {
        sums_.passive.add(energy);
        return;
    }
    sums_.active.add(energy);
    score_->add(layer, at[0], at[1], energy);
}

void Transport::push(const Track& parent, Kind kind, double energy, const Vector& direction) {
    const Track track{kind, energy, parent.position, direction, parent.zone, random_->child()};
    if (kind == Kind::electron && stays(track, energy))
        deposit(track, energy, track.position);
    else
        wait(track);
}

// Whether an electron of such an energy would be deposited where `track` is: most are, in tungsten.
bool Transport::stays(const Track& track, double energy) const {
    const StepTable& steps = stack_->steps();
    return steps.stays(steps.slabs()[track.zone], false, energy, track.position[2]);
}

void Transport::wait(const Track& track) {
    (is_muon(track.kind) ? muons_ : track.kind == Kind::photon ? photons_ : charged_).push_back(track);
}

}  // namespace caloforge::montecarlo
