#include "montecarlo/PhotonProcesses.hh"

#include "Materials.hh"
#include "Spectra.hh"
#include "montecarlo/Constants.hh"

namespace caloforge::montecarlo {
namespace {

using namespace test;

// NIST, X-ray mass attenuation coefficients (Hubbell and Seltzer), cm2/g. They hold Rayleigh scattering,
// which is not simulated: 2 % of tungsten's at 1 MeV and more below.
TEST(Photon, AttenuationIsNists) {
    const struct {
        geometry::Material material;
        double mev, mu;
    } known[] = {{tungsten(), 1, 0.06618},  {tungsten(), 2, 0.04433},  {tungsten(), 5, 0.04100},
                 {tungsten(), 10, 0.04747}, {tungsten(), 20, 0.05880}, {lead(), 1, 0.07102},
                 {lead(), 2, 0.04606},      {lead(), 10, 0.04972},     {lead(), 20, 0.06206},
                 {silicon(), 0.5, 0.08748}, {silicon(), 1, 0.06361},   {silicon(), 5, 0.02967},
                 {silicon(), 10, 0.02462},  {silicon(), 20, 0.02338}};
    for (const auto& [description, mev, mu] : known) {
        const Material material(description);
        const double energy = mev * units::MeV;
        const double sum = pair_cross_section(material, energy) + compton_cross_section(material, energy) +
                           photoelectric_cross_section(material, energy);
        EXPECT_NEAR(sum * units::cm / description.density / mu, 1, 0.04) << description.name << " " << mev;
    }
}

// The same source, cm2/g, where the photoelectric effect rules.
TEST(Photon, PhotoelectricEffectIsNists) {
    const Material w(tungsten());
    EXPECT_NEAR(photoelectric_cross_section(w, 100 * units::keV) * units::cm / 19.3, 4.2, 0.2);
    const Material si(silicon());
    EXPECT_NEAR(photoelectric_cross_section(si, 10 * units::keV) * units::cm / 2.33, 33.0, 1.2);
    // Steps up at the K edge of tungsten, 69.5 keV: 2.55 to 11.2 cm2/g.
    EXPECT_GT(photoelectric_cross_section(w, 70.5 * units::keV),
              3.5 * photoelectric_cross_section(w, 68.5 * units::keV));
}

// At high energies 7/9 of a photon's radiation lengths end in a pair (complete screening; 2.5 % less for the
// term that this leaves out).
TEST(Photon, PairsPerRadiationLength) {
    for (const auto& description : {tungsten(), silicon()}) {
        const Material material(description);
        EXPECT_NEAR(pair_cross_section(material, 50) * material.radiation_length(), 7.0 / 9, 0.03)
            << description.name;
    }
    EXPECT_EQ(pair_cross_section(Material(tungsten()), 2 * electron_mass), 0);
}

TEST(Photon, LpmTakesPairsAwayAboveTeraelectronvolts) {
    const Material material(tungsten());
    const auto total = [&](double energy, PairModel model) {
        return integral([&](double e) { return pair_spectrum(material, energy, e, model); }, 0.001, 0.5);
    };
    EXPECT_NEAR(total(100, PairModel::lpm) / total(100, PairModel::complete), 1, 0.01);
    EXPECT_LT(total(10000, PairModel::lpm), 0.97 * total(10000, PairModel::complete));
}

TEST(Photon, ComptonFollowsKleinAndNishina) {
    for (const double mev : {0.1, 1.0, 20.0}) {
        const double energy = mev * units::MeV;
        const double k = energy / electron_mass;
        TrackRandom random(1, 0);
        expect_spectrum(
            1 / (1 + 2 * k), 1.0, [&] { return sample_compton(energy, random).photon / energy; },
            [&](double e) {
                const double t = (1 - e) / (k * e);
                return 1 / e + e - t * (2 - t);
            });
    }
}

TEST(Photon, ComptonKeepsItsAngle) {
    TrackRandom random(1, 0);
    const double energy = 1 * units::MeV;
    for (int i = 0; i < 100; ++i) {
        const ComptonOutcome outcome = sample_compton(energy, random);
        EXPECT_NEAR(outcome.photon, energy / (1 + energy / electron_mass * (1 - outcome.cosine)), 1e-12);
    }
}

TEST(Photon, ComptonCrossSectionIsKleinNishinasAboveBinding) {
    const Material material(silicon());
    for (const double mev : {0.3, 1.0, 10.0, 100.0}) {
        const double k = mev * units::MeV / electron_mass;
        const double l = std::log(1 + 2 * k);
        const double per_electron = 2 * std::numbers::pi * classical_radius * classical_radius *
                                    ((1 + k) / (k * k) * (2 * (1 + k) / (1 + 2 * k) - l / k) + l / (2 * k) -
                                     (1 + 3 * k) / ((1 + 2 * k) * (1 + 2 * k)));
        EXPECT_NEAR(
            compton_cross_section(material, mev * units::MeV) / (material.electron_density() * per_electron),
            1, 0.04)
            << mev;
    }
}

TEST(Photon, PhotoelectronsGoForwardMoreTheFasterTheyAre) {
    TrackRandom random(1, 0);
    double before = 0;
    for (const double mev : {0.01, 0.1, 1.0, 100.0}) {
        double sum = 0;
        for (int i = 0; i < 20000; ++i) sum += sample_photoelectron_cosine(mev * units::MeV, random);
        EXPECT_GT(sum / 20000, before) << mev;
        before = sum / 20000;
    }
    EXPECT_EQ(before, 1);
}

}  // namespace
}  // namespace caloforge::montecarlo
