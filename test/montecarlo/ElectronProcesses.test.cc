#include "Materials.hh"
#include "Spectra.hh"
#include "montecarlo/Annihilation.hh"
#include "montecarlo/Constants.hh"
#include "montecarlo/Fluctuation.hh"
#include "montecarlo/Medium.hh"
#include "montecarlo/PhotonProcesses.hh"

namespace caloforge::montecarlo {
namespace {

using namespace test;

constexpr Cuts tungsten_cuts = {1.65 * units::MeV, 98 * units::keV};

// NIST ESTAR, tungsten, g/cm2 (density 19.25 there). Only where radiation, which is not simulated below 1
// MeV, is less than 3 % of the loss.
TEST(Electron, RangesAreEstars) {
    const Material material(tungsten());
    const Ionisation ionisation(material);
    const auto loss = [&](double energy) {
        return ionisation.restricted_loss(energy, energy, Charge::electron);
    };
    for (const auto& [mev, range] : {std::pair{0.05, 0.009627}, {0.1, 0.02977}, {0.2, 0.08835}}) {
        const double low = 10 * units::keV;
        // The first 10 keV as ESTAR has them.
        const double found =
            0.000749 + integrate_log(low, mev * units::MeV, 40, [&](double e) { return 1 / loss(e); }) /
                           units::cm * 19.3;
        EXPECT_NEAR(found / range, 1, 0.03) << mev;
    }
}

TEST(Electron, RadiatesItsEnergyInARadiationLength) {
    for (const auto& description : {tungsten(), silicon()}) {
        const Material material(description);
        const double rate =
            Bremsstrahlung(material).restricted_loss(10, 10) * material.radiation_length() / 10;
        EXPECT_NEAR(rate, 1, 0.03) << description.name;
    }
}

TEST(Electron, LpmTakesSoftPhotonsAway) {
    const Material material(tungsten());
    const Bremsstrahlung process(material);
    // Far below k = E^2 / E_LPM (E_LPM of tungsten is 2.7 TeV) what is left goes as sqrt(k E_LPM) / E, times
    // the root of xi, which rises slowly towards small k.
    const auto left = [&](double k) { return process.spectrum(1000, k) / process.spectrum(0.3, 0.3e-3 * k); };
    EXPECT_LT(left(10), 0.45);
    EXPECT_GT(left(3) / left(12), 0.5);
    EXPECT_LT(left(3) / left(12), 0.65);
    EXPECT_NEAR(process.spectrum(1000, 800) / process.spectrum(10, 8), 1, 0.05);
}

TEST(Electron, BremsstrahlungPhotonsFollowTheCrossSection) {
    const Medium medium(tungsten(), tungsten_cuts);
    const Bremsstrahlung process(medium.material());
    for (const double energy : {0.01, 1.0, 200.0}) {
        TrackRandom random(2, 0);
        const auto place = energy_grid::place(energy);
        expect_spectrum(
            0, 1,
            [&] {
                return std::log(medium.sample_bremsstrahlung(energy, place, random) / tungsten_cuts.photon) /
                       std::log(energy / tungsten_cuts.photon);
            },
            [&](double t) {
                const double k = tungsten_cuts.photon * std::pow(energy / tungsten_cuts.photon, t);
                return process.spectrum(energy, std::min(k, energy * (1 - 1e-6)));
            },
            100000);
    }
}

TEST(Electron, PairsFollowTheCrossSection) {
    const Medium medium(tungsten(), tungsten_cuts);
    for (const double energy : {0.005, 0.1, 10.0, 300.0}) {
        TrackRandom random(3, 0);
        const auto place = energy_grid::place(energy);
        const PairModel model = energy > pair_lpm_energy ? PairModel::lpm : PairModel::screened;
        expect_spectrum(
            electron_mass / energy, 0.5, [&] { return medium.sample_pair(energy, place, random); },
            [&](double e) { return pair_spectrum(medium.material(), energy, e, model); }, 50000);
    }
}

TEST(Electron, KnockOnsFollowMollerAndBhabha) {
    constexpr double energy = 10 * units::MeV, cut = 0.1 * units::MeV;
    const double gamma = energy / electron_mass + 1;
    const double low = std::log(cut / energy);
    for (const Charge charge : {Charge::electron, Charge::positron}) {
        TrackRandom random(4, 0);
        expect_spectrum(
            low, std::log(largest_knock_on(energy, charge) / energy),
            [&] { return std::log(sample_knock_on(energy, cut, charge, random) / energy); },
            [&](double t) {
                const double x = std::exp(t);
                const double g = (2 * gamma - 1) / (gamma * gamma);
                if (charge == Charge::electron)
                    return x * (1 - g + (1 / x - g) / x + (1 / (1 - x) - g) / (1 - x));
                const double y = 1 / (gamma + 1), z = 1 - 2 * y;
                const double beta2 = 1 - 1 / (gamma * gamma);
                return x * (1 / (beta2 * x * x) - (2 - y * y) / x + z * (3 + y * y) -
                            x * (z * z + z * z * z) + x * x * z * z * z);
            });
    }
}

TEST(Electron, KnockOnCrossSectionIsTheIntegral) {
    // Halving the cut adds what the spectrum holds between: compared through the loss, whose derivative by
    // the cut is cut times the spectrum.
    const Material material(silicon());
    const Ionisation process(material);
    for (const Charge charge : {Charge::electron, Charge::positron}) {
        const double energy = 0.02, cut = 0.001, step = 1e-3 * cut;
        const double by_loss = (process.restricted_loss(energy, cut + step, charge) -
                                process.restricted_loss(energy, cut - step, charge)) /
                               (2 * step * cut);
        const double by_number = (process.cross_section(energy, cut - step, charge) -
                                  process.cross_section(energy, cut + step, charge)) /
                                 (2 * step);
        EXPECT_NEAR(by_loss / by_number, 1, 0.01);
    }
}

TEST(Electron, AnnihilationKeepsMomentum) {
    TrackRandom random(5, 0);
    for (const double energy : {1e-5, 1e-3, 1.0}) {
        for (int i = 0; i < 200; ++i) {
            const auto [share, cosine] = sample_annihilation(energy, random);
            const double total = energy + 2 * electron_mass;
            const double first = share * total, second = total - first;
            const double momentum = std::sqrt(energy * (energy + 2 * electron_mass));
            const double squared = momentum * momentum + first * first - 2 * momentum * first * cosine;
            EXPECT_NEAR(std::sqrt(squared) / second, 1, 1e-6);
        }
    }
}

TEST(Electron, LossFluctuationsKeepTheMean) {
    TrackRandom random(6, 0);
    for (const double mean : {1e-6, 1e-5, 1e-4, 1e-3}) {
        double sum = 0, squares = 0;
        constexpr int n = 100000;
        for (int i = 0; i < n; ++i) {
            const double loss = sample_loss(mean, 81 * units::keV, 173 * eV, random);
            sum += loss;
            squares += loss * loss;
        }
        const double error = std::sqrt((squares / n - sum / n * sum / n) / n);
        EXPECT_NEAR(sum / n, mean, 0.01 * mean + 4 * error) << mean;
    }
}

TEST(Electron, FastLogarithm) {
    for (double x = 1e-12; x < 1e12; x *= 1.37)
        EXPECT_NEAR(fast_log(x), std::log(x), 1e-10 * std::abs(std::log(x)) + 1e-11) << x;
    EXPECT_EQ(fast_log(1.0), 0);
}

TEST(Electron, EnergyGridFindsItsPoints) {
    for (const std::size_t i : {0UL, 1UL, 17UL, 300UL, energy_grid::points - 2}) {
        const auto place = energy_grid::place(energy_grid::energy(i));
        EXPECT_NEAR(static_cast<double>(place.i) + place.f, static_cast<double>(i), 1e-12);
    }
    const double between = 0.25 * energy_grid::energy(100) + 0.75 * energy_grid::energy(101);
    EXPECT_EQ(energy_grid::place(between).i, 100U);
    EXPECT_NEAR(energy_grid::place(between).f, 0.75, 1e-9);
    EXPECT_EQ(energy_grid::place(1e9).i, energy_grid::points - 2);
}

}  // namespace
}  // namespace caloforge::montecarlo
