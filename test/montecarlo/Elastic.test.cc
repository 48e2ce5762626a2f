#include "montecarlo/Elastic.hh"

#include "Materials.hh"
#include "Spectra.hh"
#include "core/Units.hh"

namespace caloforge::montecarlo {
namespace {

using namespace test;

double ratio(int z, double energy, int charge, double degrees) {
    const double s = std::sin(degrees * std::numbers::pi / 360);
    return MottRatio::interpolate(mott_ratio(z, charge).at(energy), s);
}

// McKinley and Feshbach, Phys. Rev. 74 (1948) 1759: the first term in alpha Z, for light nuclei.
TEST(Elastic, MottsRatioOfLightNucleiIsTheBornApproximation) {
    for (const int charge : {-1, 1}) {
        for (const double energy : {0.1 * units::MeV, 1 * units::MeV, 10 * units::MeV}) {
            const double gamma = 1 + energy / (0.51099895 * units::MeV);
            const double beta = std::sqrt(1 - 1 / (gamma * gamma));
            for (const double degrees : {20, 60, 90, 120, 150}) {
                const double s = std::sin(degrees * std::numbers::pi / 360);
                const double born =
                    1 - beta * beta * s * s - charge * std::numbers::pi / 137.036 * 4 * beta * s * (1 - s);
                EXPECT_NEAR(ratio(4, energy, charge, degrees), born, 0.004) << energy << " " << degrees;
            }
        }
    }
}

// A heavy nucleus scatters electrons at wide angles twice as often as that says, and positrons likewise.
TEST(Elastic, MottsRatioOfHeavyNuclei) {
    EXPECT_NEAR(ratio(74, 10 * units::MeV, -1, 90), 1.656, 0.01);
    EXPECT_NEAR(ratio(74, 10 * units::MeV, 1, 90), 0.354, 0.005);
    EXPECT_NEAR(ratio(74, 10 * units::MeV, -1, 179.9), 0, 0.01);
    EXPECT_EQ(ratio(74, 10 * units::MeV, -1, 0), 1);
    // Held beyond the table.
    EXPECT_EQ(ratio(74, 1, -1, 90), ratio(74, 100, -1, 90));
}

// First transport cross-sections of atoms by partial waves (Liljequist et al., J. Appl. Phys. 65 (1989) 2431
// and 68 (1990) 3061, in the interpolation of Geant4's Urban model), barn. They are without the atom's
// electrons.
TEST(Elastic, TransportCrossSectionsArePartialWaves) {
    struct Case {
        const char* element;
        double z, mev, electron, positron;
    };
    for (const Case& c : {Case{"Si", 14, 1, 134.046, 125.507}, Case{"Si", 14, 10, 3.08029, 2.93228},
                          Case{"Cu", 29, 1, 576.59, 500.613}, Case{"Cu", 29, 10, 13.2752, 11.9409},
                          Case{"W", 74, 0.3, 23917.6, 16182.3}, Case{"W", 74, 1, 3980.1, 2683.53},
                          Case{"W", 74, 2, 1374.17, 948.499}, Case{"W", 74, 5, 305.627, 221.178},
                          Case{"W", 74, 10, 91.4208, 68.1371}}) {
        const Material material(of("matter", 1, {{c.element, 1.0}}));
        constexpr double barn_mm2 = 1e-22;
        const double unit = material.components().front().density * barn_mm2 * (c.z + 1) / c.z;
        const auto transport = [&](Charge charge) {
            return Elastic(material, c.mev * units::MeV, charge).transport() / unit;
        };
        EXPECT_NEAR(transport(Charge::electron) / c.electron, 1, 0.02) << c.element << " " << c.mev;
        EXPECT_NEAR(transport(Charge::positron) / c.positron, 1, 0.02) << c.element << " " << c.mev;
    }
}

// The rate of hard collisions is the integral of their density.
TEST(Elastic, HardCollisionsAreTheIntegralOfTheirDensity) {
    const Material material(tungsten());
    const Elastic elastic(material, 10 * units::MeV, Charge::electron);
    const double border = elastic.border(0.5 / elastic.transport());
    const auto density = [&](double mu) { return elastic.density(mu); };
    EXPECT_NEAR(elastic.hard(border) / integral(density, border, 1.0, 4000), 1, 1e-3);
}

}  // namespace
}  // namespace caloforge::montecarlo
