#pragma once

#include <array>

#include "montecarlo/Material.hh"
#include "montecarlo/TrackRandom.hh"

namespace caloforge::montecarlo {

/// Pairs per mm by photons of `energy` GeV (Bethe-Heitler with Hubbell's data, nucleus and electrons:
/// parametrisation of the Geant4 Physics Reference Manual, "Gamma conversion", good to 5 % up to 100 GeV).
double pair_cross_section(const Material& material, double energy);

/// Shape of the pair spectrum, not normalised: d Sigma / d epsilon for a share `epsilon` of the photon's
/// energy that one of the two gets, rest mass included. Bethe-Heitler with the screening functions of Butcher
/// and Messel (Nucl. Phys. 20 (1960) 15) and the Coulomb correction above 50 MeV; or completely screened,
/// without and with the LPM effect.
enum class PairModel { screened, complete, lpm };
double pair_spectrum(const Material& material, double energy, double epsilon, PairModel model);
/// Photons above this are treated with the LPM effect, GeV: below, it changes nothing.
inline constexpr double pair_lpm_energy = 100;

/// Compton scatterings per mm: parametrisation of the Geant4 Physics Reference Manual, "Compton scattering"
/// (Hubbell's data; better than 6 % from 40 keV on).
double compton_cross_section(const Material& material, double energy);
/// Klein-Nishina: energy of the scattered photon and the cosine of its angle. The electron's binding and
/// motion are neglected.
struct ComptonOutcome {
    double photon;  ///< GeV
    double cosine;
};
ComptonOutcome sample_compton(double energy, TrackRandom& random);

/// Photoelectric absorptions per mm: element_table().
double photoelectric_cross_section(const Material& material, double energy);
/// Index of the component that absorbed the photon.
std::size_t sample_absorber(const Material& material, double energy, TrackRandom& random);
/// Cosine of the photoelectron's angle to the photon: Sauter and Gavrila's K-shell distribution (Phys. Rev.
/// 113 (1959) 514), for an electron of kinetic energy `energy`.
double sample_photoelectron_cosine(double energy, TrackRandom& random);

/// Cosine of the angle of a bremsstrahlung photon to a particle of kinetic energy `energy`, or of a member of
/// a pair to the photon: Tsai's distribution in the sampling of the Geant4 Physics Reference Manual.
double sample_tsai_cosine(double energy, TrackRandom& random);

}  // namespace caloforge::montecarlo
