#pragma once

#include "montecarlo/Material.hh"
#include "montecarlo/TrackRandom.hh"

namespace caloforge::montecarlo {

/// Annihilations of positrons in flight into two photons per mm (Heitler; Geant4 Physics Reference Manual).
/// One photon is neglected.
double annihilation_cross_section(const Material& material, double energy);

/// Share of the total energy (kinetic + 2 m c^2) that the first photon gets, and the cosine of its angle to
/// the positron of kinetic energy `energy` > 0.
struct AnnihilationOutcome {
    double share;
    double cosine;
};
AnnihilationOutcome sample_annihilation(double energy, TrackRandom& random);

}  // namespace caloforge::montecarlo
