#pragma once

#include "montecarlo/Material.hh"
#include "montecarlo/TrackRandom.hh"

namespace caloforge::montecarlo {

enum class Charge { electron, positron };

/// Ionisation by electrons and positrons in one material: knock-on electrons above a cut one by one (Moller
/// and Bhabha scattering off electrons at rest), the rest as a continuous loss (Berger and Seltzer with
/// Sternheimer's density effect: ICRU report 37; Geant4 Physics Reference Manual, "Ionisation"). Shell
/// corrections are neglected (below 1 % above 100 keV in silicon).
class Ionisation {
  public:
    explicit Ionisation(const Material& material) : material_(&material) {}

    /// Mean energy per mm lost to electrons below `cut`, GeV/mm. `energy`: kinetic, GeV.
    double restricted_loss(double energy, double cut, Charge charge) const;
    /// Knock-on electrons above `cut` per mm.
    double cross_section(double energy, double cut, Charge charge) const;

  private:
    const Material* material_;
};

/// Largest kinetic energy that a knock-on electron takes: all of a positron's, half of an electron's (the
/// slower of two is called so).
double largest_knock_on(double energy, Charge charge);

/// Kinetic energy of a knock-on electron between `cut` and the largest.
double sample_knock_on(double energy, double cut, Charge charge, TrackRandom& random);

/// Cosine of the angle to the incoming particle at which an electron of kinetic energy `secondary` leaves
/// when a particle of electron mass and `energy` hits an electron at rest and gives it that.
double knock_on_cosine(double energy, double secondary);

}  // namespace caloforge::montecarlo
