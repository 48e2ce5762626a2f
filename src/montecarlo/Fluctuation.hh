#pragma once

#include "montecarlo/ShowerRandom.hh"

namespace caloforge::montecarlo {

/// Energy lost in a step whose mean loss (to electrons below `cut`) is `mean`, both GeV, in a material of
/// mean excitation energy `excitation`: Urban's model as the Geant4 Physics Reference Manual has it (release
/// 11, "Energy loss fluctuations"). A share of 0.44 goes into excitations of one level, the rest into
/// knock-on electrons between 10 eV and the cut with a spectrum 1/E^2; the many small ones are taken together
/// as a gamma or normal distribution. Neglected: that the shells of an atom differ.
double sample_loss(double mean, double cut, double excitation, ShowerRandom& random);

/// The same where nothing but mean and variance matters, because it adds up over many steps: uniform, at most
/// twice the mean.
double sample_loss_by_variance(double mean, double variance, ShowerRandom& random);

/// Variance of the loss per mm and GeV of the cut, GeV (Bohr), of a fast particle: 2 pi r_e^2 m c^2 n_e.
double bohr_straggling(double electron_density);
/// What multiplies it for electrons of kinetic energy `energy`: 1 / beta^2 - 1/2.
double straggling_factor(double energy);

}  // namespace caloforge::montecarlo
