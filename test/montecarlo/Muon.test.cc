#include <gtest/gtest.h>

#include <algorithm>

#include "Materials.hh"
#include "Spectra.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/Elastic.hh"
#include "montecarlo/MuonIonisation.hh"
#include "montecarlo/ShowerSimulator.hh"

namespace caloforge::montecarlo {
namespace {

using namespace test;

// Losses of minimum ionising muons, MeV cm2/g (PDG, Atomic and nuclear properties of materials, 2022).
TEST(Muon, LeastLossIsPdgs) {
    for (const auto& [name, least] : {std::pair{"tungsten", 1.145},
                                      {"lead", 1.122},
                                      {"iron", 1.451},
                                      {"copper", 1.403},
                                      {"silicon", 1.664},
                                      {"polystyrene", 1.936}}) {
        const Material material(usual(name));
        double found = 1e9;
        for (double energy = 0.1; energy < 1; energy *= 1.02)
            found = std::min(found, MuonIonisation(material, energy).restricted_loss(1e9));
        EXPECT_NEAR(found / units::MeV * units::cm / material.density() / least, 1, 0.015) << name;
    }
}

TEST(Muon, KnockOnCrossSectionIsTheDerivativeOfTheLoss) {
    const Material material(tungsten());
    for (const double energy : {0.3, 10.0, 90.0}) {
        const MuonIonisation ionisation(material, energy);
        const double low = 2e-3, high = std::min(0.5, ionisation.largest_knock_on());
        // Between the cuts: the sum of T dSigma.
        const double lost = ionisation.restricted_loss(high) - ionisation.restricted_loss(low);
        double sum = 0;
        constexpr int steps = 2000;
        for (int i = 0; i < steps; ++i) {
            const double a = low * std::pow(high / low, i / double{steps});
            const double b = low * std::pow(high / low, (i + 1) / double{steps});
            sum += 0.5 * (a + b) * (ionisation.cross_section(a) - ionisation.cross_section(b));
        }
        EXPECT_NEAR(sum / lost, 1, 1e-3) << energy;
    }
}

TEST(Muon, KnockOnsFollowTheCrossSection) {
    const Material material(tungsten());
    for (const double energy : {0.2, 5.0}) {
        const MuonIonisation ionisation(material, energy);
        const double cut = 1.65e-3;
        TrackRandom random(1, static_cast<std::uint64_t>(energy * 10));
        const auto density = [&](double log_t) {
            const double t = std::exp(log_t);
            return (ionisation.cross_section(t * 0.999) -
                    ionisation.cross_section(std::min(t * 1.001, ionisation.largest_knock_on())));
        };
        expect_spectrum(
            std::log(cut), std::log(ionisation.largest_knock_on() * 0.99),
            [&] {
                for (;;) {
                    const double t = ionisation.sample(cut, random);
                    if (t < 0.99 * ionisation.largest_knock_on()) return std::log(t);
                }
            },
            density, 100000);
    }
}

// An electron that takes T from a muon of momentum p at an angle leaves one of the right mass.
TEST(Muon, KnockOnsKeepMomentum) {
    const Material material(silicon());
    const double energy = 2, total = energy + muon_mass;
    const MuonIonisation ionisation(material, energy);
    for (const double share : {0.01, 0.3, 1.0}) {
        const double t = share * ionisation.largest_knock_on();
        const double p = std::sqrt(total * total - muon_mass * muon_mass),
                     q = std::sqrt(t * (t + 2 * electron_mass));
        const double left2 = p * p + q * q - 2 * p * q * ionisation.cosine(t);
        EXPECT_NEAR((total - t) * (total - t) - left2, muon_mass * muon_mass, 1e-9);
    }
}

TEST(Muon, HardCollisionsFollowTheirDensity) {
    const Material material(tungsten());
    const Elastic elastic(material, 1, muon_mass);
    const double border = elastic.border(2.4);
    TrackRandom random(3, 1);
    expect_spectrum(
        std::log(border), std::log(300 * border),
        [&] {
            for (;;) {
                const double mu = elastic.sample_hard(border, random);
                if (mu < 300 * border) return std::log(mu);
            }
        },
        [&](double log_mu) { return std::exp(log_mu) * elastic.density(std::exp(log_mu)); }, 100000);
}

// Behind a tenth of a radiation length of silicon: Highland's formula (PDG review 2022, eq. 34.16), good to
// 11 %.
TEST(Muon, ScatteringIsHighlands) {
    const auto detector = one_layer(1, 500, R"(
[[slab]]
name = "sensor"
material = "silicon"
thickness = 9.366
active = true
[[slab]]
name = "gap"
material = "air"
thickness = 1
[[layer]]
slabs = ["sensor", "gap"]
)");
    const ShowerSimulator simulator(detector, {});
    ShowerSimulator::Workspace workspace(simulator);
    std::vector<double> angles;
    workspace.transport().set_trace([&](const TraceSegment& piece) {
        if (piece.kind == Kind::antimuon && piece.from[2] == 9.366)
            angles.push_back(std::abs(std::atan2(piece.to[0] - piece.from[0], piece.to[2] - piece.from[2])));
    });
    std::vector<float> cells(1);
    for (std::uint64_t i = 0; i < 10000; ++i)
        (void)simulator.simulate({1, i}, {1, Kind::antimuon}, workspace, cells);
    ASSERT_GT(angles.size(), 9900U);
    const double momentum = std::sqrt(1 + 2 * muon_mass), beta = momentum / (1 + muon_mass);
    const double highland =
        0.0136 / (beta * momentum) * std::sqrt(0.1) * (1 + 0.038 * std::log(0.1 / (beta * beta)));
    EXPECT_NEAR(central_width(angles) / highland, 1, 0.11);
}

// A slow one stops inside, and everything it had is deposited.
TEST(Muon, SlowOnesStop) {
    const ShowerSimulator simulator(geometry::Detector::find("clic-ecal"), {});
    ShowerSimulator::Workspace workspace(simulator);
    std::vector<float> cells(simulator.readout().cells());
    double leaked = 0;
    for (std::uint64_t i = 0; i < 20; ++i) {
        const auto report = simulator.simulate({5, i}, {0.1, Kind::muon}, workspace, cells);
        EXPECT_NEAR(report.balance.sum(), 0.1, 1e-10);
        leaked += report.balance.leaked;
    }
    EXPECT_LT(leaked, 0.02);
}

}  // namespace
}  // namespace caloforge::montecarlo
