// Muons of montecarlo::Transport.
#include <algorithm>
#include <cmath>

#include "montecarlo/Constants.hh"
#include "montecarlo/Fluctuation.hh"
#include "montecarlo/Kinematics.hh"
#include "montecarlo/MuonIonisation.hh"
#include "montecarlo/Transport.hh"

namespace caloforge::montecarlo {
namespace {

/// Below, a muon is stopped where it is: it would get micrometres in a solid.
constexpr double muon_floor = 0.5 * units::MeV;
/// Share of its energy that it loses in a step, at most.
constexpr double loss_share = 0.05;
constexpr std::size_t most_steps = 10'000'000;

// Cosine of the angle by many small deflections over so many transport mean free paths, which are few.
double soft_cosine(double turns, double uniform) {
    return std::max(-1.0, 1 - std::expm1(-turns) * std::log(uniform));
}

}  // namespace

// To its end. There is one at most in a shower, so no care is taken for speed.
void Transport::follow_muon(Track track) {
    TrackRandom random(seed_, track.identity, track.block);
    random_ = &random;
    for (std::size_t step = 0; track.energy > muon_floor; ++step) {
        if (step > most_steps || track.path > stack_->steps().limits().field_path) {
            ++sums_.stuck;
            break;
        }
        if (!step_muon(track)) return sums_.leaked.add(track.energy);
    }
    deposit(track, track.energy, track.position);
}

// To its next event, to the border of its slab, or as far as the limits let it; false when it leaves.
bool Transport::step_muon(Track& track) {
    const Stack::Zone& here = zone(track);
    const Material& material = here.medium->material();
    const double cut = here.medium->cuts().electron;
    const MuonIonisation ionisation(material, track.energy);
    const Elastic elastic(material, track.energy, muon_mass);
    const double border = elastic.border(here.high - here.low);
    const double hard = elastic.hard(border);
    const double events = hard + ionisation.cross_section(cut);
    const double loss = ionisation.restricted_loss(cut);
    const MagneticField& field = stack_->steps().field();
    const double bending =
        field.turning() / momentum(track.energy, muon_mass) * (track.kind == Kind::muon ? 1 : -1);

    double longest = loss_share * track.energy / loss;
    if (field) longest = std::min(longest, stack_->steps().limits().field_turn / std::abs(bending));
    const double wanted = random_->exponential() / events;
    const double length = std::min(wanted, longest);
    const double hinge = random_->uniform() * length;
    const Vector from = track.position;
    double before = 0, after = 0;
    bool at_border = drift(track, hinge, bending, before);
    if (!at_border) {
        const double cosine = soft_cosine(length * elastic.soft_transport(border), random_->uniform());
        track.direction = turned(track.direction, cosine, random_->azimuth());
        at_border = drift(track, length - hinge, bending, after);
    }
    if (field) track.path += before + after;
    if (trace_) trace_({track.kind, track.energy, from, track.position});

    const double largest = std::min(cut, ionisation.largest_knock_on());
    const double lost = std::min(
        track.energy, sample_loss((before + after) * loss, largest, material.mean_excitation(), *random_));
    Vector middle{};
    for (std::size_t i = 0; i < 3; ++i) middle[i] = 0.5 * (from[i] + track.position[i]);
    deposit(track, lost, middle);
    track.energy -= lost;
    if (at_border) return leave_zone(track);
    if (wanted > longest || track.energy <= muon_floor) return true;
    if (random_->uniform() * events < hard)
        track.direction =
            turned(track.direction, 1 - 2 * elastic.sample_hard(border, *random_), random_->azimuth());
    else
        muon_knock_on(track);
    return true;
}

// advance() along the chord of the helix.
bool Transport::drift(Track& track, double length, double bending, double& moved) const {
    const MagneticField& field = stack_->steps().field();
    if (!field) return advance(track, length, moved);
    const double w = track.direction[2];
    const double border =
        w == 0 ? length : ((w > 0 ? zone(track).high : zone(track).low) - track.position[2]) / w;
    track.direction = field.turned(track.direction, 0.5 * bending * std::min(length, border));
    const bool reached = advance(track, length, moved);
    track.direction = field.turned(track.direction, 0.5 * bending * moved);
    return reached;
}

void Transport::muon_knock_on(Track& track) {
    const double cut = medium(track).cuts().electron;
    const MuonIonisation ionisation(medium(track).material(), track.energy);
    if (cut >= ionisation.largest_knock_on()) return;
    const double energy = ionisation.sample(cut, *random_);
    const Vector direction = turned(track.direction, ionisation.cosine(energy), random_->azimuth());
    track.direction = recoil(track.direction, momentum(track.energy, muon_mass), direction,
                             momentum(energy, electron_mass));
    track.energy -= energy;
    push(track, Kind::electron, energy, direction);
}

}  // namespace caloforge::montecarlo
