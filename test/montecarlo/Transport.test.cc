#include "montecarlo/Transport.hh"

#include <gmock/gmock.h>

#include <algorithm>

#include "core/Error.hh"
#include "core/ExpectError.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/ShowerSimulator.hh"

namespace caloforge::montecarlo {
namespace {

using testing::HasSubstr;

// A sensor of silicon and a wide slab behind it that is all but empty, 20 x 20 cells of 5 mm.
geometry::Detector sheet(const std::string& thickness) {
    return geometry::Detector::parse(R"(
name = "sheet"
mip_mev = 0.145
[grid]
nx = 20
ny = 20
nz = 1
cell_x = 5
cell_y = 5
[incidence]
spread_x = 0
spread_y = 0
[cylinder]
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
)",
                                     "sheet.toml");
}

struct Shots {
    std::vector<double> deposits;
    std::vector<double> angles;  ///< in the plane of x and z, behind the sensor
};

Shots shoot(const std::string& thickness, double energy, std::size_t count, const StepLimits& limits = {}) {
    const auto detector = sheet(thickness);
    const double depth = detector.slabs().front().thickness;
    ShowerSimulator::Config config;
    config.limits = limits;
    const ShowerSimulator simulator(detector, config);
    ShowerSimulator::Workspace workspace(simulator);
    Shots out;
    workspace.transport().set_trace([&](const TraceSegment& piece) {
        // Those that have radiated turn more.
        if (piece.from[2] < depth || piece.energy < 0.97 * energy || piece.kind != Kind::electron) return;
        out.angles.push_back(std::atan2(piece.to[0] - piece.from[0], piece.to[2] - piece.from[2]));
    });
    std::vector<float> cells(simulator.grid().cells());
    for (std::size_t i = 0; i < count; ++i) {
        const auto report = simulator.simulate(1, i, energy, workspace, cells);
        out.deposits.push_back(report.balance.active);
    }
    return out;
}

// Root mean square of the central 98 %.
double central_width(std::vector<double> values) {
    std::sort(values.begin(), values.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    values.resize(values.size() * 98 / 100);
    double squares = 0;
    for (const double value : values) squares += value * value;
    return std::sqrt(squares / static_cast<double>(values.size()));
}

// Highland's formula (PDG review 2022, eq. 34.16), good to 11 % by itself, for a hundredth and a tenth of a
// radiation length of silicon.
TEST(Transport, ScatteringIsHighlands) {
    for (const auto& [thickness, share] : {std::pair{"0.9366", 0.01}, {"9.366", 0.1}}) {
        const double energy = 1;
        const Shots shots = shoot(thickness, energy, 20000);
        ASSERT_GT(shots.angles.size(), 8000U);
        const double highland = 0.0136 / energy * std::sqrt(share) * (1 + 0.038 * std::log(share));
        EXPECT_NEAR(central_width(shots.angles) / highland, 1, 0.05) << share;
    }
}

// What a particle loses in a thin layer does not depend on how the path is cut into steps.
TEST(Transport, ScatteringDoesNotDependOnTheSteps) {
    StepLimits fine;
    fine.deflection = 0.02;
    fine.hard_path = 0.003;
    fine.range_share = 0.05;
    const double one = central_width(shoot("9.366", 1, 20000).angles);
    const double other = central_width(shoot("9.366", 1, 20000, fine).angles);
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
    ShowerSimulator::Config config;
    config.particle = GetParam();
    const ShowerSimulator simulator(geometry::Detector::find("clic-ecal"), config);
    ShowerSimulator::Workspace workspace(simulator);
    std::vector<float> cells(simulator.grid().cells());
    for (const double energy : {0.05, 1.0, 20.0}) {
        for (std::uint64_t shower = 0; shower < 10; ++shower) {
            const auto report = simulator.simulate(3, shower, energy, workspace, cells);
            EXPECT_NEAR(report.balance.sum(), energy, 1e-6 * energy) << energy << " " << shower;
            EXPECT_EQ(report.balance.stuck, 0U);
            double sum = 0;
            for (const float cell : cells) sum += cell;
            EXPECT_NEAR(sum + report.outside, report.balance.active, 1e-5 * report.balance.active + 1e-12);
        }
    }
}

std::string name_of(const testing::TestParamInfo<Kind>& particle) {
    constexpr const char* names[] = {"Photon", "Electron", "Positron"};
    return names[static_cast<int>(particle.param)];
}

INSTANTIATE_TEST_SUITE_P(Particles, Showers, testing::Values(Kind::electron, Kind::positron, Kind::photon),
                         name_of);

TEST(Transport, AShowerIsAFunctionOfSeedAndNumber) {
    const ShowerSimulator simulator(geometry::Detector::find("clic-ecal"), {});
    ShowerSimulator::Workspace one(simulator), other(simulator);
    std::vector<float> first(simulator.grid().cells()), second(first.size()), third(first.size());
    simulator.simulate(7, 5, 2, one, first);
    simulator.simulate(7, 1, 2, other, second);
    EXPECT_NE(first, second);
    simulator.simulate(7, 5, 2, other, third);
    EXPECT_EQ(first, third);
}

TEST(Transport, CylindricalCellsHoldTheSameEnergy) {
    const auto detector = sheet("5");
    ShowerSimulator::Config config;
    config.binning = Binning::cylindrical;
    const ShowerSimulator round(detector, config), square(detector, {});
    EXPECT_TRUE(round.grid().same_shape({10, 8, 1, 0, 0}));
    ShowerSimulator::Workspace a(round), b(square);
    std::vector<float> one(round.grid().cells()), other(square.grid().cells());
    const auto first = round.simulate(1, 2, 5, a, one);
    const auto second = square.simulate(1, 2, 5, b, other);
    EXPECT_EQ(first.balance.active, second.balance.active);
    double sum = first.outside;
    for (const float cell : one) sum += cell;
    EXPECT_NEAR(sum, first.balance.active, 1e-6 * sum);
}

TEST(CellScore, SectorsGoRoundFromTheXAxis) {
    CellScore score({.nx = 2, .ny = 4, .nz = 1, .cell_x = 10, .cell_y = 10}, Binning::cylindrical);
    score.start(1, 2);
    score.add(0, 6, 3, 1);   // r 5, just above the x axis: ring 0, sector 0
    score.add(0, 0, 17, 2);  // r 15, a little left of the y axis: ring 1, sector 1
    score.add(0, 0, 1, 4);   // ring 0, sector 2
    score.add(0, 26, 2, 8);  // r 25: outside
    EXPECT_EQ(score.cells(), (std::vector<double>{1, 0, 4, 0, 0, 2, 0, 0}));
    EXPECT_EQ(score.outside(), 8);
}

TEST(Transport, OddEnergiesAreRefused) {
    const ShowerSimulator simulator(geometry::Detector::find("clic-ecal"), {});
    EXPECT_NO_THROW(simulator.check_energies(1, 10000));
    const auto message = [&](double low, double high) {
        return caloforge::test::message_of<core::InputError>([&] { simulator.check_energies(low, high); });
    };
    EXPECT_THAT(message(1e-3, 1), HasSubstr("production cut of 0.00165 GeV"));
    EXPECT_THAT(message(10, 20000), HasSubstr("Is it in MeV?"));
}

TEST(Transport, CylindricalCellsNeedADescription) {
    ShowerSimulator::Config config;
    config.binning = Binning::cylindrical;
    EXPECT_THAT(caloforge::test::message_of<core::InputError>(
                    [&] { ShowerSimulator(geometry::Detector::find("clic-ecal"), config); }),
                HasSubstr("[cylinder]"));
}

}  // namespace
}  // namespace caloforge::montecarlo
