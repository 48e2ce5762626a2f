#include "montecarlo/Flock.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "Materials.hh"
#include "Spectra.hh"
#include "montecarlo/ChargedStep.hh"
#include "montecarlo/Fluctuation.hh"
#include "montecarlo/PhotonLeap.hh"
#include "montecarlo/ShowerSimulator.hh"
#include "montecarlo/TrackRandom.hh"

namespace caloforge::montecarlo {
namespace {

using namespace test;

const Stack& stack() {
    static const Stack all(geometry::Detector::find("clic-ecal"));
    return all;
}

// Electrons and positrons of all energies and directions, in all slabs.
Track any_track(std::uint64_t number) {
    TrackRandom random(7, number);
    Track track{};
    track.kind = random.uniform() < 0.5 ? Kind::electron : Kind::positron;
    track.energy = 1e-5 * std::pow(1e8, random.uniform());
    track.zone = static_cast<std::size_t>(random.uniform() * static_cast<double>(stack().zones().size()));
    const Stack::Zone& zone = stack().zones()[track.zone];
    track.position = {random.uniform(), random.uniform(),
                      zone.low + random.uniform() * (zone.high - zone.low)};
    track.direction = turned({0, 0, 1}, 2 * random.uniform() - 1, random.azimuth());
    track.identity = number;
    return track;
}

// In registers as one by one, on this machine's instruction set: the same bits, whoever stands beside.
TEST(Flock, StepsAreTheSameBitsInAnyCompany) {
    const StepTable& table = stack().steps();
    std::map<StepEnd, int> ends;
    for (std::uint64_t round = 0; round < 400; ++round) {
        Flock together, apart;
        for (std::size_t i = 0; i < Flock::places; ++i) {
            const Track track = any_track(round * Flock::places + i);
            together.put(i, track);
            together.enter(i, track.zone, table);
            together.begin(i, table);
            const std::size_t other = (i * 5 + 3) % Flock::places;
            apart.put(other, track);
            apart.enter(other, track.zone, table);
            apart.begin(other, table);
        }
        step_together(table, 5, together);
        step_together(table, 5, apart, true);
        for (std::size_t i = 0; i < Flock::places; ++i) {
            const std::size_t other = (i * 5 + 3) % Flock::places;
            ASSERT_EQ(together.end[i], apart.end[other]);
            const Track before = any_track(round * Flock::places + i);
            ASSERT_EQ(together.end[i] == StepEnd::stopped,
                      table.stays(table.slabs()[before.zone], before.kind == Kind::positron, before.energy,
                                  before.position[2]));
            ++ends[together.end[i]];
            const Track a = together.get(i), b = apart.get(other);
            ASSERT_EQ(a.position, b.position);
            ASSERT_EQ(a.direction, b.direction);
            ASSERT_EQ(a.block, b.block);
            ASSERT_EQ(together.loss[i], apart.loss[other]);
            ASSERT_EQ(together.mean_loss[i], apart.mean_loss[other]);
            ASSERT_EQ(together.moved[i], apart.moved[other]);
            const double norm = a.direction[0] * a.direction[0] + a.direction[1] * a.direction[1] +
                                a.direction[2] * a.direction[2];
            ASSERT_NEAR(norm, 1, 1e-9);
            const Stack::Zone& zone = stack().zones()[a.zone];
            ASSERT_GE(a.position[2], zone.low);
            ASSERT_LE(a.position[2], zone.high);
        }
    }
    for (const StepEnd end :
         {StepEnd::nothing, StepEnd::stopped, StepEnd::boundary, StepEnd::returned, StepEnd::interaction})
        EXPECT_GT(ends[end], 20) << static_cast<int>(end);
}

TEST(Flock, LeapsAreTheSameBitsInAnyCompany) {
    const StepTable& table = stack().steps();
    std::map<LeapEnd, int> ends;
    for (std::uint64_t round = 0; round < 200; ++round) {
        PhotonFlock together, apart;
        for (std::size_t i = 0; i < PhotonFlock::places; ++i) {
            const Track track = any_track(round * PhotonFlock::places + i);
            together.put(i, track, table);
            apart.put((i * 5 + 3) % PhotonFlock::places, track, table);
        }
        leap_together(table, stack().half_width(), 5, together);
        leap_together(table, stack().half_width(), 5, apart, true);
        for (std::size_t i = 0; i < PhotonFlock::places; ++i) {
            const std::size_t other = (i * 5 + 3) % PhotonFlock::places;
            ASSERT_EQ(together.end[i], apart.end[other]);
            ASSERT_EQ(together.get(i).position, apart.get(other).position);
            ASSERT_EQ(together.zone[i], apart.zone[other]);
            ++ends[together.end[i]];
            if (together.end[i] == LeapEnd::left) continue;
            const Stack::Zone& zone = stack().zones()[together.zone[i]];
            ASSERT_GE(together.z[i], zone.low);
            ASSERT_LE(together.z[i], zone.high);
        }
    }
    for (const LeapEnd end : {LeapEnd::nothing, LeapEnd::interaction, LeapEnd::left})
        EXPECT_GT(ends[end], 20);
}

// Share of the electrons of 20 MeV that come straight through a plate, and then go elsewhere.
double turned_at_the_border(Scattering scattering) {
    const Stack plates(geometry::Detector::find("clic-ecal"), {}, scattering);
    int straight = 0, through = 0;
    for (std::uint64_t round = 0; round < 100; ++round) {
        Flock flock;
        for (std::size_t i = 0; i < Flock::places; ++i) {
            flock.put(i, {Kind::electron, 20e-3, {0, 0, 2.3}, {0, 0, 1}, 0, round * Flock::places + i, 0});
            flock.enter(i, 0, plates.steps());
            flock.begin(i, plates.steps());
        }
        step_together(plates.steps(), 3, flock);
        for (std::size_t i = 0; i < Flock::places; ++i) {
            if (flock.end[i] != StepEnd::boundary) continue;
            ++through;
            if (flock.x[i] == 0 && flock.w[i] < 1) ++straight;
        }
    }
    EXPECT_GT(through, 800);
    return straight / static_cast<double>(through);
}

TEST(Flock, AStepToTheBorderTurnsThereAsInGeant4) {
    EXPECT_GT(turned_at_the_border(Scattering::geant4), 0.95);
    EXPECT_EQ(turned_at_the_border(Scattering::exact), 0);
}

// Losses of electrons of 2 MeV on their way straight through 0.2 mm of a passive slab, sorted.
std::vector<double> passive_losses(double& mean) {
    const Stack::Zone& zone = stack().zones()[4];  // behind the first sensor
    std::vector<double> out;
    double sum = 0;
    for (std::uint64_t round = 0; out.size() < 20000; ++round) {
        Flock flock;
        for (std::size_t i = 0; i < Flock::places; ++i) {
            flock.put(i, {Kind::electron, 2e-3, {0, 0, zone.high - 0.2}, {0, 0, 1}, 4, round * 16 + i});
            flock.enter(i, 4, stack().steps());
            flock.begin(i, stack().steps());
        }
        step_together(stack().steps(), 9, flock);
        for (std::size_t i = 0; i < Flock::places; ++i) {
            if (flock.end[i] != StepEnd::boundary) continue;
            out.push_back(flock.loss[i]);
            sum += flock.loss[i];
            mean = flock.mean_loss[i];
        }
    }
    EXPECT_NEAR(sum / static_cast<double>(out.size()) / mean, 1, 0.02);
    std::sort(out.begin(), out.end());
    return out;
}

// As Urban's model has them, which is taken in sensors: the same mean, and quantiles that are near.
TEST(Flock, PassiveSlabsHaveUrbansFluctuations) {
    double mean = 0;
    const std::vector<double> losses = passive_losses(mean);
    const Medium& medium = *stack().zones()[4].medium;
    TrackRandom random(3, 4);
    std::vector<double> urban(losses.size());
    for (double& loss : urban)
        loss = sample_loss(mean, medium.cuts().electron, medium.material().mean_excitation(), random);
    std::sort(urban.begin(), urban.end());
    for (const double share : {0.25, 0.5, 0.75, 0.9, 0.97}) {
        const auto at = static_cast<std::size_t>(share * static_cast<double>(urban.size()));
        EXPECT_NEAR(losses[at] / urban[at], 1, 0.08) << share;
    }
}

TEST(Flock, ShowersAreTheSameBitsOneByOne) {
    const ShowerSimulator simulator(geometry::Detector::find("clic-ecal"), {});
    ShowerSimulator::Workspace together(simulator), alone(simulator);
    alone.transport().set_alone(true);
    std::vector<float> one(simulator.readout().cells()), other(one.size());
    for (std::uint64_t shower = 0; shower < 3; ++shower) {
        const auto a = simulator.simulate({3, shower}, {2}, together, one);
        const auto b = simulator.simulate({3, shower}, {2}, alone, other);
        EXPECT_EQ(one, other);
        EXPECT_EQ(a.balance.passive, b.balance.passive);
        EXPECT_EQ(a.balance.leaked, b.balance.leaked);
    }
}

TEST(Flock, ShowersAreTheSameBitsOnSeveralThreads) {
    const ShowerSimulator simulator(geometry::Detector::find("clic-ecal"), {});
    std::vector<ShowerSimulator::Workspace> few, many;
    few.emplace_back(simulator);
    for (int i = 0; i < 3; ++i) many.emplace_back(simulator);
    std::vector<float> one(simulator.readout().cells()), other(one.size());
    for (const double energy : {0.02, 1.0, 20.0}) {
        const Incident incident{energy, Kind::electron, 0.3, 0.1};
        for (std::uint64_t shower = 0; shower < 2; ++shower) {
            const auto a = simulator.simulate({3, shower}, incident, few, one);
            const auto b = simulator.simulate({3, shower}, incident, many, other);
            EXPECT_EQ(one, other) << energy;
            EXPECT_EQ(a.outside, b.outside);
            EXPECT_NEAR(a.balance.sum(), energy, 1e-9 * energy);
            EXPECT_NEAR(b.balance.sum(), energy, 1e-9 * energy);
        }
    }
}

// The free path of a photon is what the cross-sections say, whatever the leaps: in the first slab, tungsten.
TEST(Flock, LeapsKeepTheFreePath) {
    const StepTable& table = stack().steps();
    const double energy = 3e-3;
    const double per_mm = stack().zones()[0].medium->photon(energy_grid::place(energy)).total();
    const double thickness = stack().zones()[0].high;
    constexpr int photons = 40000;
    int stopped = 0;
    for (int n = 0; n < photons / static_cast<int>(PhotonFlock::places); ++n) {
        PhotonFlock flock;
        for (std::size_t i = 0; i < PhotonFlock::places; ++i) {
            flock.put(
                i, {Kind::photon, energy, {0, 0, 0}, {0, 0, 1}, 0, static_cast<std::uint64_t>(n) * 16 + i, 0},
                table);
        }
        for (bool any = true; any;) {
            leap_together(table, 1e9, 11, flock);
            any = false;
            for (std::size_t i = 0; i < PhotonFlock::places; ++i) {
                if (flock.lives[i] && flock.end[i] != LeapEnd::nothing) {
                    flock.lives[i] = false;
                    if (flock.end[i] == LeapEnd::interaction && flock.z[i] < thickness) ++stopped;
                }
                any = any || flock.lives[i];
            }
        }
    }
    const double expected = 1 - std::exp(-per_mm * thickness);
    EXPECT_NEAR(stopped / static_cast<double>(photons), expected, 4 * std::sqrt(expected / photons));
}

// Elastic collisions in a step have the angles that Elastic draws.
TEST(Flock, QuantilesAreThoseOfTheCollisions) {
    const StepTable& table = stack().steps();
    const Medium& tungsten = *stack().zones()[0].medium;
    const std::size_t point = 12 * energy_grid::per_octave;  // 4 MeV
    const double border = tungsten.electron_at(Charge::electron, point).border;
    const Elastic& elastic = tungsten.elastic_at(Charge::electron, point);
    const float* ratio = table.all_quantiles().data() + point * StepTable::quantile_stride;
    TrackRandom random(2, 0);
    const auto sample = [&] {
        const double u = random.uniform();
        const double place = std::sqrt(u) * (StepTable::quantiles - 1);
        const auto node = std::min(static_cast<std::size_t>(place), StepTable::quantiles - 2);
        const double f = place - static_cast<double>(node);
        const double s = std::min(1.0, u * (ratio[node] + f * (ratio[node + 1] - ratio[node])));
        return 1 / (1 + s * (1 / border - 1));
    };
    expect_spectrum(border, 1.0, sample, [&](double mu) { return elastic.density(mu); });
}

TEST(TrackRandom, NumbersBelongToTheTrack) {
    TrackRandom one(1, 2), again(1, 2), other(1, 3), later(1, 2, 4);
    for (int i = 0; i < 16; ++i) {
        const double number = one.uniform();
        EXPECT_EQ(number, again.uniform());
        EXPECT_NE(number, other.uniform());
    }
    EXPECT_EQ(one.uniform(), later.uniform());
    EXPECT_NE(one.child(), one.child());
    EXPECT_EQ(TrackRandom(1, 2).child(), TrackRandom(1, 2).child());
    EXPECT_NE(TrackRandom(1, 2).child(), TrackRandom(1, 2, 4).child());
}

TEST(EnergySum, DoesNotDependOnTheOrder) {
    EnergySum forth, back;
    std::vector<double> terms;
    for (int i = 0; i < 1000; ++i) terms.push_back(std::pow(0.97, i));
    for (const double term : terms) forth.add(term);
    std::reverse(terms.begin(), terms.end());
    for (const double term : terms) back.add(term);
    EXPECT_EQ(forth.value(), back.value());
    EXPECT_NEAR(forth.value(), 1 / 0.03, 1e-11);
}

}  // namespace
}  // namespace caloforge::montecarlo
