#include <gtest/gtest.h>

#include "Materials.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/ShowerSimulator.hh"

namespace caloforge::montecarlo {
namespace {

geometry::Detector sheet(const std::string& material, double thickness) {
    return test::one_layer(
        1, 1e4,
        "[[material]]\nname = \"stuff\"\n" + material +
            "[[slab]]\nname = \"sheet\"\nmaterial = \"stuff\"\nactive = true\nthickness = " +
            std::to_string(thickness) + "\n[[layer]]\nslabs = [\"sheet\"]\n");
}

const char* silicon =
    "density = 2.33\nelements = [\"Si\"]\nfractions = [1]\nelectron_cut_mev = 0.081\nphoton_cut_mev = "
    "0.0017\n";
const char* tungsten =
    "density = 19.3\nelements = [\"W\"]\nfractions = [1]\nelectron_cut_mev = 1.65\nphoton_cut_mev = 0.098\n";

double mean_deposit(double mev, double cosine, Scattering scattering) {
    const auto detector = sheet(silicon, 0.5);
    const ShowerSimulator simulator(detector, {{}, {}, scattering});
    ShowerSimulator::Workspace workspace(simulator);
    std::vector<float> cells(1);
    double sum = 0;
    constexpr int count = 20000;
    for (std::uint64_t i = 0; i < count; ++i) {
        const Incident incident{mev * units::MeV, Kind::electron, std::acos(cosine)};
        sum += simulator.simulate({3, i}, incident, workspace, cells).balance.active;
    }
    return sum / count / units::MeV;
}

struct Deposit {
    double mev, cosine, geant4;  ///< the mean, MeV
};

// Electrons on 0.5 mm of silicon: real Geant4 11.4 with the reference's physics, cuts and default steps,
// 20,000 of each; its errors are 0.4 to 0.5 %.
TEST(Geant4Steps, SiliconGetsWhatItGetsInGeant4) {
    for (const auto& [mev, cosine, geant4] : {Deposit{0.3, 0.5, 0.2217},
                                              {1, 1, 0.2740},
                                              {1, 0.2, 0.3382},
                                              {3, 0.5, 0.4513},
                                              {3, 0.2, 0.6920},
                                              {10, 0.5, 0.3603},
                                              {10, 0.2, 1.1858},
                                              {30, 0.2, 0.9584}})
        EXPECT_NEAR(mean_deposit(mev, cosine, Scattering::geant4) / geant4, 1, 0.035) << mev << " " << cosine;
}

// The same with ever finer steps (range factor 0.005, skin 3): what is neither straight nor turned at
// borders.
TEST(Geant4Steps, ExactOnesGiveWhatGeant4sFinestGive) {
    for (const auto& [mev, cosine, fine] :
         {Deposit{0.3, 0.5, 0.2212}, {1, 1, 0.2721}, {3, 0.2, 0.6015}, {10, 0.5, 0.3677}})
        EXPECT_NEAR(mean_deposit(mev, cosine, Scattering::exact) / fine, 1, 0.035) << mev << " " << cosine;
    EXPECT_LT(mean_deposit(10, 0.2, Scattering::exact), 0.93 * mean_deposit(10, 0.2, Scattering::geant4));
}

// The energy that leaves 0.1 mm of tungsten, on either side, of electrons of 1 MeV: there and back 0.6940 of
// them with 0.646 of it on average (40,000; photons take nothing).
TEST(Geant4Steps, TungstenGivesBackWhatItGivesInGeant4) {
    const auto detector = sheet(tungsten, 0.1);
    const ShowerSimulator simulator(detector, {});
    ShowerSimulator::Workspace workspace(simulator);
    std::vector<float> cells(1);
    double leaked = 0;
    constexpr int count = 20000;
    for (std::uint64_t i = 0; i < count; ++i)
        leaked += simulator.simulate({4, i}, {1 * units::MeV}, workspace, cells).balance.leaked;
    const double geant4 = 0.4509 * 0.6906 + 0.2430 * 0.5617;
    EXPECT_NEAR(leaked / count / units::MeV / geant4, 1, 0.025);
}

}  // namespace
}  // namespace caloforge::montecarlo
