// Electrons and positrons of montecarlo::Transport.
#include <algorithm>

#include "montecarlo/Annihilation.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/PhotonProcesses.hh"
#include "montecarlo/Transport.hh"

namespace caloforge::montecarlo {
namespace {

// Below this a charged particle is stopped: its range is a few micrometres in a solid.
constexpr double charged_floor = 10 * units::keV;
// A step that uses more of the range takes its loss from the middle of the energies it spans.
constexpr double small_share = 0.02;
// Many times what a 10 TeV electron needs; more is a particle that is stuck.
constexpr std::size_t most_steps = 10'000'000;

Charge charge_of(const Track& track) {
    return track.kind == Kind::electron ? Charge::electron : Charge::positron;
}

double momentum(double energy) {
    return std::sqrt(energy * (energy + 2 * electron_mass));
}

Vector middle(const Vector& a, const Vector& b) {
    return {0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]), 0.5 * (a[2] + b[2])};
}

// Cosine of the angle by all soft collisions over a path of `turns` transport mean free paths: the
// distribution on the sphere of greatest entropy (von Mises and Fisher) with the mean cosine that they have,
// exp(-turns).
double soft_cosine(double turns, ShowerRandom& random) {
    if (turns < 0.01) return 1 + turns * (1 - 0.5 * turns) * fast_log(random.uniform());
    const double mean = fast_exp(-turns);
    const double m2 = mean * mean;
    // Inverse of Langevin's function to 0.3 % (Kroeger, J. Non-Newtonian Fluid Mech. 223 (2015) 77).
    const double k = mean * (3 - m2 * (6 + m2 * (1 - 2 * m2)) / 5) / (1 - m2);
    const double u = random.uniform();
    if (k < 1e-3) return 2 * u - 1;
    return std::max(-1.0, 1 + fast_log(u + (1 - u) * fast_exp(-2 * k)) / k);
}

}  // namespace

void Transport::charged(Track track) {
    const Charge charge = charge_of(track);
    for (std::size_t step = 0; step < most_steps; ++step) {
        const Stack::Zone& here = zone(track);
        const energy_grid::Place place = energy_grid::place(track.energy);
        const ElectronRow row = here.medium->electron(charge, place);
        const double to_boundary = std::min(here.high - track.position[2], track.position[2] - here.low);
        const bool deep = here.medium->reach() * row.range < to_boundary;
        if (track.energy < charged_floor || (deep && track.energy < Bremsstrahlung::least_energy)) {
            deposit(track, track.energy, track.position);
            return come_to_rest(track);
        }
        // Deep inside, where a particle ends up matters less than a step, and which way it goes only for what
        // it radiates.
        const StepLimits& limits = stack_->limits();
        double longest = (deep ? limits.deep_range_share : limits.range_share) * row.range;
        if (!deep && row.turning * row.range > limits.walking_turns)
            longest = std::min(longest, limits.walking_step / row.turning);
        const double events = row.bremsstrahlung + row.knock_on + row.annihilation + (deep ? 0 : row.hard);
        const double wanted = random_->exponential() / events;
        const double length = std::min(wanted, longest);

        const Vector from = track.position;
        double moved = 0, more = 0;
        const double hinge = length * random_->uniform();
        bool boundary = advance(track, hinge, moved);
        if (!boundary) {
            track.direction =
                turned(track.direction, soft_cosine((deep ? row.turning : row.soft) * length, *random_),
                       random_->azimuth());
            boundary = advance(track, length - hinge, more);
        }
        if (trace_) trace_({track.kind, track.energy, from, track.position});
        if (!lose_energy(track, moved + more, row.loss, row.range, from)) return;
        if (boundary) {
            if (!leave_zone(track)) {
                balance_.leaked += track.energy;
                return;
            }
        } else if (wanted <= longest) {
            if (!interact_charged(track, row, events)) return;
        }
    }
    ++balance_.stuck;
    deposit(track, track.energy, track.position);
    come_to_rest(track);
}

// False when nothing is left.
bool Transport::lose_energy(Track& track, double length, double loss_rate, double range, const Vector& from) {
    const Medium& here = medium(track);
    const Charge charge = charge_of(track);
    double mean = length * loss_rate;
    if (length > small_share * range)
        mean = length * here.loss(charge, energy_grid::place(track.energy - 0.5 * mean));
    const double cut = std::min(here.cuts().electron, largest_knock_on(track.energy, charge));
    const double loss =
        zone(track).layer >= 0
            ? sample_loss(mean, cut, here.material().mean_excitation(), *random_)
            : sample_loss_by_variance(
                  mean, here.straggling() * cut * length * straggling_factor(track.energy), *random_);
    if (loss < track.energy) {
        track.energy -= loss;
        deposit(track, loss, middle(from, track.position));
        return true;
    }
    deposit(track, track.energy, middle(from, track.position));
    come_to_rest(track);
    return false;
}

// False when the particle is gone.
bool Transport::interact_charged(Track& track, const ElectronRow& row, double events) {
    const Medium& here = medium(track);
    const Charge charge = charge_of(track);
    const energy_grid::Place place = energy_grid::place(track.energy);
    // What is left is hard collisions, of which there may be none.
    double chosen = random_->uniform() * events;
    if ((chosen -= row.bremsstrahlung) < 0) {
        radiate(track, place);
        return true;
    }
    if ((chosen -= row.knock_on) < 0) {
        knock_on(track);
        return true;
    }
    if ((chosen -= row.annihilation) < 0) {
        annihilate_in_flight(track);
        return false;
    }
    const double mu = here.sample_hard(charge, place, row.border, *random_);
    track.direction = turned(track.direction, 1 - 2 * mu, random_->azimuth());
    return true;
}

void Transport::radiate(Track& track, energy_grid::Place place) {
    if (track.energy <= std::max(medium(track).cuts().photon, Bremsstrahlung::least_energy)) return;
    const double k = medium(track).sample_bremsstrahlung(track.energy, place, *random_);
    const double cosine = sample_tsai_cosine(track.energy, *random_);
    const Vector direction = turned(track.direction, cosine, random_->azimuth());
    track.direction = recoil(track.direction, momentum(track.energy), direction, k);
    track.energy = std::max(0.0, track.energy - k);
    push({Kind::photon, k, track.position, direction, track.zone});
}

void Transport::knock_on(Track& track) {
    const double cut = medium(track).cuts().electron;
    // Between the grid energies around the threshold it may be chosen though it cannot happen.
    if (cut >= largest_knock_on(track.energy, charge_of(track))) return;
    const double energy = sample_knock_on(track.energy, cut, charge_of(track), *random_);
    const double cosine = knock_on_cosine(track.energy, energy);
    const Vector direction = turned(track.direction, cosine, random_->azimuth());
    track.direction = recoil(track.direction, momentum(track.energy), direction, momentum(energy));
    track.energy -= energy;
    push({Kind::electron, energy, track.position, direction, track.zone});
}

void Transport::annihilate_in_flight(const Track& track) {
    const auto [share, cosine] = sample_annihilation(track.energy, *random_);
    const double total = track.energy + 2 * electron_mass;
    const Vector first = turned(track.direction, cosine, random_->azimuth());
    const Vector second = recoil(track.direction, momentum(track.energy), first, share * total);
    push({Kind::photon, share * total, track.position, first, track.zone});
    push({Kind::photon, (1 - share) * total, track.position, second, track.zone});
    balance_.rest -= 2 * electron_mass;
}

// A stopped positron becomes two photons; an electron stays.
void Transport::come_to_rest(const Track& track) {
    if (track.kind != Kind::positron) return;
    const double cosine = 2 * random_->uniform() - 1;
    const Vector direction = turned({0, 0, 1}, cosine, random_->azimuth());
    push({Kind::photon, electron_mass, track.position, direction, track.zone});
    push({Kind::photon,
          electron_mass,
          track.position,
          {-direction[0], -direction[1], -direction[2]},
          track.zone});
    balance_.rest -= 2 * electron_mass;
}

}  // namespace caloforge::montecarlo
