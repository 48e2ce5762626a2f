#include "montecarlo/Transport.hh"

#include <gmock/gmock.h>

#include <algorithm>

#include "Materials.hh"
#include "Spectra.hh"
#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/ShowerSimulator.hh"

namespace caloforge::montecarlo {
namespace {

using testing::HasSubstr;

// A sensor of silicon and a wide slab behind it that is all but empty, 20 x 20 cells of 5 mm.
geometry::Detector sheet(const std::string& thickness) {
    return test::one_layer(20, 5, R"([cylinder]
rings = 10
sectors = 8
ring_width = 5
[[material]]
name = "silicon"
density = 2.33
elements = ["Si"]
fractions = [1]
electron_cut_mev = 0.081
photon_cut_mev = 0.0017
[[material]]
name = "void"
density = 1e-9
elements = ["H"]
fractions = [1]
[[slab]]
name = "sensor"
material = "silicon"
active = true
thickness = )" + thickness + R"(
[[slab]]
name = "gap"
material = "void"
thickness = 100
[[layer]]
slabs = ["sensor", "gap"]
)");
}

struct Shots {
    std::vector<double> deposits;
    std::vector<double> angles;  ///< in the plane of x and z, behind the sensor
};

Shots shoot(const std::string& thickness, double energy, std::size_t count, const StepLimits& limits = {},
            Scattering scattering = Scattering::exact) {
    const auto detector = sheet(thickness);
    const double depth = detector.slabs().front().thickness;
    ShowerSimulator::Config config;
    config.limits = limits;
    config.scattering = scattering;
    const ShowerSimulator simulator(detector, config);
    ShowerSimulator::Workspace workspace(simulator);
    Shots out;
    workspace.transport().set_trace([&](const TraceSegment& piece) {
        // Those that have radiated turn more.
        if (piece.from[2] < depth || piece.energy < 0.97 * energy || piece.kind != Kind::electron) return;
        out.angles.push_back(std::atan2(piece.to[0] - piece.from[0], piece.to[2] - piece.from[2]));
    });
    std::vector<float> cells(simulator.readout().cells());
    for (std::size_t i = 0; i < count; ++i) {
        const auto report = simulator.simulate({1, i}, {energy}, workspace, cells);
        out.deposits.push_back(report.balance.active);
    }
    return out;
}

// Highland's formula (PDG review 2022, eq. 34.16), good to 11 % by itself, for a hundredth and a tenth of a
// radiation length of silicon.
TEST(Transport, ScatteringIsHighlands) {
    for (const auto& [thickness, share] : {std::pair{"0.9366", 0.01}, {"9.366", 0.1}}) {
        const double energy = 1;
        for (const Scattering scattering : {Scattering::exact, Scattering::geant4}) {
            const Shots shots = shoot(thickness, energy, 20000, {}, scattering);
            ASSERT_GT(shots.angles.size(), 8000U);
            const double highland = 0.0136 / energy * std::sqrt(share) * (1 + 0.038 * std::log(share));
            EXPECT_NEAR(test::central_width(shots.angles) / highland, 1,
                        scattering == Scattering::exact ? 0.05 : 0.08)
                << share;
        }
    }
}

// What a particle loses in a thin layer does not depend on how the path is cut into steps.
TEST(Transport, ScatteringDoesNotDependOnTheSteps) {
    StepLimits fine;
    fine.deflection = 0.02;
    fine.hard_path = 0.003;
    fine.range_share = 0.05;
    const double one = test::central_width(shoot("9.366", 1, 20000).angles);
    const double other = test::central_width(shoot("9.366", 1, 20000, fine).angles);
    EXPECT_NEAR(one / other, 1, 0.03);
}

// Most probable loss of a fast electron in 0.5 mm of silicon: PDG review 2022, eq. 34.12 with the density
// effect at its plateau, 145 keV; full width at half maximum of a Landau distribution, 4.018 xi = 36 keV,
// widened by the binding of the atoms' electrons to 40 to 50 keV (Bak et al., Nucl. Phys. B 288 (1987) 681).
TEST(Transport, ThinSiliconSeesALandauDistribution) {
    const Shots shots = shoot("0.5", 10, 60000);
    constexpr double bin = 2e-6;
    std::vector<double> counts(250);
    for (const double deposit : shots.deposits) {
        const auto i = static_cast<std::size_t>(deposit / bin);
        if (i < counts.size()) counts[i] += 1;
    }
    std::vector<double> smooth(counts.size());
    for (std::size_t i = 3; i + 3 < counts.size(); ++i) {
        for (std::size_t j = i - 3; j <= i + 3; ++j) smooth[i] += counts[j];
    }
    const auto top = std::max_element(smooth.begin(), smooth.end());
    const double peak = (static_cast<double>(top - smooth.begin()) + 0.5) * bin;
    EXPECT_NEAR(peak, 145e-6, 5e-6);
    const auto above = std::count_if(smooth.begin(), smooth.end(), [&](double n) { return n > 0.5 * *top; });
    const double width = static_cast<double>(above) * bin;
    EXPECT_GT(width, 36e-6);
    EXPECT_LT(width, 55e-6);
}

class Showers : public testing::TestWithParam<Kind> {};

TEST_P(Showers, KeepTheirEnergy) {
    const ShowerSimulator simulator(geometry::Detector::find("clic-ecal"), {});
    ShowerSimulator::Workspace workspace(simulator);
    std::vector<float> cells(simulator.readout().cells());
    for (const double energy : {0.05, 1.0, 20.0}) {
        for (std::uint64_t shower = 0; shower < 10; ++shower) {
            const auto report =
                simulator.simulate({3, shower}, {energy, GetParam(), 0.3, 1}, workspace, cells);
            EXPECT_NEAR(report.balance.sum(), energy, 1e-9 * energy) << energy << " " << shower;
            EXPECT_EQ(report.balance.stuck, 0U);
            double sum = 0;
            for (const float cell : cells) sum += cell;
            EXPECT_NEAR(sum + report.outside, report.balance.active, 1e-5 * report.balance.active + 1e-12);
        }
    }
}

std::string name_of(const testing::TestParamInfo<Kind>& particle) {
    constexpr const char* names[] = {"Photon", "Electron", "Positron", "Muon", "Antimuon"};
    return names[static_cast<int>(particle.param)];
}

INSTANTIATE_TEST_SUITE_P(Particles, Showers,
                         testing::Values(Kind::electron, Kind::positron, Kind::photon, Kind::muon,
                                         Kind::antimuon),
                         name_of);

TEST(Transport, AShowerIsAFunctionOfSeedAndNumber) {
    const ShowerSimulator simulator(geometry::Detector::find("clic-ecal"), {});
    ShowerSimulator::Workspace one(simulator), other(simulator);
    std::vector<float> first(simulator.readout().cells()), second(first.size()), third(first.size());
    simulator.simulate({7, 5}, {2}, one, first);
    simulator.simulate({7, 1}, {2}, other, second);
    EXPECT_NE(first, second);
    simulator.simulate({7, 5}, {2}, other, third);
    EXPECT_EQ(first, third);
}

TEST(Transport, CylindricalCellsHoldTheSameEnergy) {
    const auto detector = sheet("5");
    const ShowerSimulator round(detector, {*detector.rings(), {}}), square(detector, {});
    EXPECT_TRUE(round.readout().same_shape(geometry::ReadoutRings::regular(1, 8, 10)));
    ShowerSimulator::Workspace a(round), b(square);
    std::vector<float> one(round.readout().cells()), other(square.readout().cells());
    const auto first = round.simulate({1, 2}, {5}, a, one);
    const auto second = square.simulate({1, 2}, {5}, b, other);
    EXPECT_EQ(first.balance.active, second.balance.active);
    double sum = first.outside;
    for (const float cell : one) sum += cell;
    EXPECT_NEAR(sum, first.balance.active, 1e-6 * sum);
}

std::vector<double> values(const CellScore& score) {
    std::vector<double> out;
    for (const EnergySum cell : score.cells()) out.push_back(cell.value());
    return out;
}

TEST(CellScore, SectorsGoRoundFromTheXAxis) {
    CellScore score(geometry::ReadoutRings::regular(1, 4, 2, 10));
    score.start(1, 2);
    score.add(0, 6, 3, 1);   // r 5, just above the x axis: ring 0, sector 0
    score.add(0, 0, 17, 2);  // r 15, a little left of the y axis: ring 1, sector 1
    score.add(0, 0, 1, 4);   // ring 0, sector 2
    score.add(0, 26, 2, 8);  // r 25: outside
    EXPECT_EQ(values(score), (std::vector<double>{1, 0, 0, 2, 4, 0, 0, 0}));
    EXPECT_EQ(score.outside(), 8);
}

TEST(CellScore, LayersOfRingsMayDiffer) {
    CellScore score(geometry::ReadoutRings({{{0, 10, 20}, 4, 0}, {{2, 4, 9}, 1, 3}}));
    score.start(0, 0);
    score.add(0, 1, 15, 1);  // layer 0: ring 1, sector 0, just right of the y axis
    score.add(1, 0, 1, 2);   // layer 1: within its inner edge, outside
    score.add(1, 0, 4, 4);   // an edge belongs to the ring outside
    score.add(1, -3, 0, 8);
    EXPECT_EQ(values(score), (std::vector<double>{0, 1, 0, 0, 0, 0, 0, 0, 8, 4}));
    EXPECT_EQ(score.outside(), 2);
}

TEST(CellScore, RefusesCellsThatItCannotFill) {
    for (const geometry::Readout& readout : {geometry::Readout(geometry::ReadoutCells({{{0, 0, 1, 1}}})),
                                             geometry::Readout(geometry::ReadoutRings::regular(1, 4, 2)),
                                             geometry::Readout(geometry::ReadoutGrid{2, 2, 2})}) {
        EXPECT_THAT(caloforge::test::message_of<core::InputError>([&] { CellScore score(readout); }),
                    HasSubstr(readout.text()));
    }
    EXPECT_THAT(caloforge::test::message_of<core::InputError>([&] {
                    ShowerSimulator(sheet("5"), {geometry::ReadoutRings::regular(2, 4, 2, 10), {}});
                }),
                HasSubstr("1 layers"));
}

// Mean place in x and y of what one energetic electron deposits behind 20 cm of all but nothing.
std::array<double, 2> centre(const Incident& incident) {
    const auto detector = test::one_layer(101, 5, R"([[material]]
name = "void"
density = 1e-9
elements = ["H"]
fractions = [1]
[[slab]]
name = "gap"
material = "void"
thickness = 200
[[slab]]
name = "sensor"
material = "silicon"
thickness = 0.3
active = true
[[layer]]
slabs = ["gap", "sensor"]
)");
    const ShowerSimulator simulator(detector, {});
    ShowerSimulator::Workspace workspace(simulator);
    std::vector<float> cells(simulator.readout().cells());
    simulator.simulate({1, 1}, incident, workspace, cells);
    std::array<double, 2> sum{};
    double energy = 0;
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        const auto [x, y, z] = simulator.readout().place_of(cell);
        sum[0] += cells[cell] * detector.grid().x_centre(x);
        sum[1] += cells[cell] * detector.grid().y_centre(y);
        energy += cells[cell];
    }
    return {sum[0] / energy, sum[1] / energy};
}

TEST(Transport, ParticlesFlyWhereTheyAreSent) {
    const double theta = 0.5, phi = 2.1, away = 200 * std::tan(theta);
    const auto [x, y] = centre({.energy = 50, .theta = theta, .phi = phi});
    EXPECT_NEAR(x, away * std::cos(phi), 5);
    EXPECT_NEAR(y, away * std::sin(phi), 5);
    EXPECT_NEAR(centre({.energy = 50})[0], 0, 5);
}

TEST(Transport, OddAnglesAreRefused) {
    const auto detector = sheet("5");
    const ShowerSimulator square(detector, {}), round(detector, {*detector.rings(), {}});
    EXPECT_NO_THROW(square.check_angles(0, 1.48));
    EXPECT_NO_THROW(round.check_angles(0, 0));
    const auto message = [&](const ShowerSimulator& simulator, double low, double high) {
        return caloforge::test::message_of<core::InputError>([&] { simulator.check_angles(low, high); });
    };
    EXPECT_THAT(message(square, 0, 1.5), HasSubstr("85"));
    EXPECT_THAT(message(square, -0.1, 1), HasSubstr("-5.7"));
    EXPECT_THAT(message(round, 0, 0.1), HasSubstr("Cartesian"));
}

TEST(Transport, PdgCodesGoBothWays) {
    for (const Kind kind : {Kind::electron, Kind::positron, Kind::photon, Kind::muon, Kind::antimuon})
        EXPECT_EQ(kind_of_pdg(pdg_code(kind)), kind);
    EXPECT_EQ(pdg_code(Kind::positron), -11);
    EXPECT_THAT(caloforge::test::message_of<core::InputError>([] { kind_of_pdg(211); }), HasSubstr("211"));
}

TEST(Transport, OddEnergiesAreRefused) {
    const ShowerSimulator simulator(geometry::Detector::find("clic-ecal"), {});
    EXPECT_NO_THROW(simulator.check_energies(1, 10000));
    const auto message = [&](double low, double high) {
        return caloforge::test::message_of<core::InputError>([&] { simulator.check_energies(low, high); });
    };
    EXPECT_THAT(message(1e-3, 1), HasSubstr("production cut of 0.00165 GeV"));
    EXPECT_THAT(message(10, 20000), HasSubstr("Is it in MeV?"));
    EXPECT_NO_THROW(simulator.check_particle(Kind::electron, 10000));
    EXPECT_NO_THROW(simulator.check_particle(Kind::muon, 100));
    EXPECT_THROW(simulator.check_particle(Kind::antimuon, 101), core::InputError);
}

}  // namespace
}  // namespace caloforge::montecarlo
