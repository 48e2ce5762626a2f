#include "montecarlo/MagneticField.hh"

#include <gtest/gtest.h>

#include "Materials.hh"
#include "montecarlo/ChargedStep.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/ShowerSimulator.hh"

namespace caloforge::montecarlo {
namespace {

// A metre of all but nothing before a sensor.
geometry::Detector chamber(const std::string& field) {
    return test::one_layer(1, 1e4, R"(
[[material]]
name = "void"
density = 1e-12
elements = ["H"]
fractions = [1]
[[slab]]
name = "gap"
material = "void"
thickness = 1000
[[slab]]
name = "sensor"
material = "silicon"
thickness = 0.3
active = true
[[layer]]
slabs = ["gap", "sensor"]
)",
                           "magnetic_field_tesla = " + field);
}

// Where a particle is after a path s, exactly.
Vector on_helix(const Vector& direction, const Vector& axis, double turning, double s) {
    const double angle = turning * s;
    double along = 0;
    for (int i = 0; i < 3; ++i) along += direction[i] * axis[i];
    const Vector cross = {axis[1] * direction[2] - axis[2] * direction[1],
                          axis[2] * direction[0] - axis[0] * direction[2],
                          axis[0] * direction[1] - axis[1] * direction[0]};
    Vector out;
    for (int i = 0; i < 3; ++i)
        out[i] = along * s * axis[i] + std::sin(angle) / turning * (direction[i] - along * axis[i]) +
                 (1 - std::cos(angle)) / turning * cross[i];
    return out;
}

struct Case {
    const char* field;
    Vector tesla;
    Kind kind;
};

class Helix : public testing::TestWithParam<Case> {};

// The end of the way through a metre, against the formula: the path that brings it there is found by
// bisection.
TEST_P(Helix, IsThatOfTheFormula) {
    const auto& [text, tesla, kind] = GetParam();
    const ShowerSimulator simulator(chamber(text), {});
    ShowerSimulator::Workspace workspace(simulator);
    std::vector<float> cells(1);
    const double theta = 0.4, phi = 0.7, energy = 2;
    const bool heavy = kind == Kind::muon || kind == Kind::antimuon;
    const double mass = heavy ? muon_mass : electron_mass;
    const double charge = kind == Kind::electron || kind == Kind::muon ? -1 : 1;
    Vector arrived{};
    workspace.transport().set_trace([&](const TraceSegment& piece) {
        if (piece.to[2] == 1000 && piece.kind == kind) arrived = piece.to;
    });
    (void)simulator.simulate({1, 1}, {energy, kind, theta, phi}, workspace, cells);
    ASSERT_EQ(arrived[2], 1000);
    const MagneticField field(tesla);
    const double turning = -charge * field.turning() / std::sqrt(energy * (energy + 2 * mass));
    const Vector direction = {std::sin(theta) * std::cos(phi), std::sin(theta) * std::sin(phi),
                              std::cos(theta)};
    double low = 0, high = 2000;
    for (int i = 0; i < 100; ++i) {
        const double s = 0.5 * (low + high);
        (on_helix(direction, field.axis(), turning, s)[2] < 1000 ? low : high) = s;
    }
    const Vector expected = on_helix(direction, field.axis(), turning, low);
    // It bends by a decimetre and more.
    EXPECT_GT(std::hypot(expected[0] - 1000 * direction[0] / direction[2],
                         expected[1] - 1000 * direction[1] / direction[2]),
              90);
    EXPECT_NEAR(arrived[0], expected[0], 0.5);
    EXPECT_NEAR(arrived[1], expected[1], 0.5);
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
    constexpr const char* names[] = {"Photon", "Electron", "Positron", "Muon", "Antimuon"};
    return std::string(names[static_cast<int>(info.param.kind)]) + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(Particles, Helix,
                         testing::Values(Case{"[0, 0, 3]", {0, 0, 3}, Kind::electron},
                                         Case{"[0, 0, 3]", {0, 0, 3}, Kind::positron},
                                         Case{"[3, 0, 0]", {3, 0, 0}, Kind::electron},
                                         Case{"[3, 0, 0]", {3, 0, 0}, Kind::muon},
                                         Case{"[1.5, -2, 1]", {1.5, -2, 1}, Kind::positron},
                                         Case{"[0, 0, 3]", {0, 0, 3}, Kind::antimuon}),
                         name_of);

// v x B: what goes along z in a field along x is pushed along y, an electron to -y (dp/dt = -e v x B).
TEST(MagneticField, ElectronsGoTheRightWay) {
    const MagneticField field({3, 0, 0});
    const Vector later = field.turned({0, 0, 1}, field.turning() / 1.0 * 10);
    EXPECT_LT(later[1], 0);
    EXPECT_NEAR(later[1], -0.3e-3 * 3 * 10, 1e-5);
}

// Going round in circles in the gap, until its path is too long: ended and counted, its energy kept.
TEST(MagneticField, ATrappedParticleIsEnded) {
    ShowerSimulator::Config config;
    config.limits.field_path = 1e4;
    const ShowerSimulator simulator(chamber("[3, 0, 0]"), config);
    Transport transport(simulator.stack());
    CellScore score(simulator.readout());
    for (const Kind kind : {Kind::electron, Kind::positron, Kind::muon}) {
        const Track inside{kind, 0.02, {0, 0, 500}, {0, 0, 1}, 0};
        const EnergyBalance balance = transport.run(inside, {1, 1}, score);
        EXPECT_EQ(balance.stuck, 1U);
        EXPECT_NEAR(balance.sum(), 0.02, 1e-11);
    }
}

// In registers as one by one.
TEST(MagneticField, StepsAreTheSameBitsInAnyCompany) {
    const Stack stack(chamber("[1, -2, 3]"));
    Flock together, apart;
    for (std::size_t i = 0; i < Flock::places; ++i) {
        const Track track{i % 2 == 0 ? Kind::electron : Kind::positron,
                          1e-4 * std::pow(3.0, static_cast<double>(i)),
                          {0, 0, 500},
                          turned({0, 0, 1}, 0.1 * static_cast<double>(i) - 0.8, {1, 0}),
                          0,
                          i};
        together.put(i, track);
        together.enter(i, 0, stack.steps());
        together.begin(i, stack.steps());
        apart.put(i, track);
        apart.enter(i, 0, stack.steps());
        apart.begin(i, stack.steps());
    }
    for (int step = 0; step < 50; ++step) {
        step_together(stack.steps(), 5, together);
        step_together(stack.steps(), 5, apart, true);
    }
    for (std::size_t i = 0; i < Flock::places; ++i) {
        EXPECT_EQ(together.get(i).position, apart.get(i).position);
        EXPECT_EQ(together.get(i).direction, apart.get(i).direction);
    }
}

TEST(MagneticField, ShowersKeepTheirEnergyInIt) {
    const auto without = geometry::Detector::find("clic-ecal");
    core::Json json = without.json();
    json["magnetic_field"] = {4, 0, 0};
    const ShowerSimulator simulator(geometry::Detector::from_json(json), {}), plain(without, {});
    ShowerSimulator::Workspace workspace(simulator), other(plain);
    std::vector<float> cells(simulator.readout().cells());
    double with_field = 0, without_field = 0;
    for (std::uint64_t shower = 0; shower < 100; ++shower) {
        const auto report = simulator.simulate({3, shower}, {2}, workspace, cells);
        EXPECT_NEAR(report.balance.sum(), 2, 2e-9);
        EXPECT_EQ(report.balance.stuck, 0U);
        with_field += report.balance.active;
        without_field += plain.simulate({3, shower}, {2}, other, cells).balance.active;
    }
    // Bent electrons go longer ways through the sensors: real Geant4 11.4 has 1.131 +- 0.005.
    EXPECT_NEAR(with_field / without_field, 1.13, 0.05);
}

}  // namespace
}  // namespace caloforge::montecarlo
