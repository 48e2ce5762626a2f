#pragma once

#include "montecarlo/TrackRandom.hh"

namespace caloforge::montecarlo {

/// Energy lost in a step whose mean loss (to electrons below `cut`) is `mean`, both GeV, in a material of
/// mean excitation energy `excitation`: Urban's model as the Geant4 Physics Reference Manual has it (release
/// 11, "Energy loss fluctuations"). A share of 0.44 goes into excitations of one level, the rest into
/// knock-on electrons between 10 eV and the cut with a spectrum 1/E^2; the many small ones are taken together
/// as a gamma or normal distribution. Neglected: that the shells of an atom differ.
double sample_loss(double mean, double cut, double excitation, TrackRandom& random);

/// Variance of the loss per mm and GeV of the cut, GeV (Bohr): 2 pi r_e^2 m c^2 n_e, to be multiplied by 1 /
/// beta^2 - 1 / 2.
double bohr_straggling(double electron_density);

}  // namespace caloforge::montecarlo
