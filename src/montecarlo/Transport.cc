#include "montecarlo/Transport.hh"

#include <algorithm>

namespace caloforge::montecarlo {

EnergyBalance Transport::run(Track primary, ShowerRandom& random, CellScore& score) {
    random_ = &random;
    score_ = &score;
    balance_ = {};
    primary.zone = 0;
    waiting_.assign(1, primary);
    while (!waiting_.empty()) {
        const Track track = waiting_.back();
        waiting_.pop_back();
        if (track.kind == Kind::photon)
            photon(track);
        else
            charged(track);
    }
    return balance_;
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
bool Transport::leave_zone(Track& track) {
    const bool forward = track.direction[2] > 0;
    const bool last = forward ? track.zone + 1 == stack_->zones().size() : track.zone == 0;
    if (last || is_beside(track)) return false;
    forward ? ++track.zone : --track.zone;
    return true;
}

void Transport::deposit(const Track& track, double energy, const Vector& at) {
    const int layer = zone(track).layer;
    if (layer < 0) {
        balance_.passive += energy;
        return;
    }
    balance_.active += energy;
    score_->add(layer, at[0], at[1], energy);
}

}  // namespace caloforge::montecarlo
